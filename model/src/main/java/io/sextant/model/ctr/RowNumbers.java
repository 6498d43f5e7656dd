package io.sextant.model.ctr;

/**
 * Numbers of table rows, with a name; 32-bit integers in a file.
 *
 * @param name name in the file
 * @param rows the numbers; shared, not copied
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record RowNumbers(String name, int[] rows) {}
