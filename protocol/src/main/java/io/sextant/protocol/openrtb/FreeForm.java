package io.sextant.protocol.openrtb;

/**
 * Tags of {@code google.protobuf.Value}, {@code Struct} and {@code ListValue}: the schema's free-form members. A tag is
 * the field's number times eight plus its wire type.
 */
final class FreeForm {
    static final int NULL = 1 << 3;
    static final int NUMBER = 2 << 3 | 1;
    static final int STRING = 3 << 3 | 2;
    static final int BOOL = 4 << 3;
    static final int STRUCT = 5 << 3 | 2;
    static final int LIST = 6 << 3 | 2;

    static final int STRUCT_ENTRY = 1 << 3 | 2;
    static final int ENTRY_KEY = 1 << 3 | 2;
    static final int ENTRY_VALUE = 2 << 3 | 2;
    static final int LIST_ELEMENT = 1 << 3 | 2;

    private FreeForm() {}
}
