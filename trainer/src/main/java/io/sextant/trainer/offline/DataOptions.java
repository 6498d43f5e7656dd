package io.sextant.trainer.offline;

import io.sextant.trainer.data.DataException;
import io.sextant.trainer.data.DataFormat;
import io.sextant.trainer.data.InputFiles;
import io.sextant.trainer.data.ReadOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The options of commands that read impressions from files; a picocli mixin. */
public final class DataOptions {
    @Option(names = "--data", paramLabel = "DIR|FILE", required = true, arity = "1..*", description = "Files, or directories of files, plain or compressed with gzip.")
    private List<Path> data = List.of();

    @Option(names = "--format", paramLabel = "NAME", converter = FormatConverter.class, description = "ipinyou, examples (as ./sextant examples writes them), libsvm, libffm or, to evaluate, ctr-columns. Default: told by the first lines.")
    private @Nullable DataFormat format;

    @Option(names = "--limit", paramLabel = "N", description = "Impressions that are read at most. Default: all.")
    private long limit = Long.MAX_VALUE;

    @Option(names = "--bad-lines-max", paramLabel = "N", defaultValue = "100", description = "Lines that may be passed over because they cannot be read. Default: ${DEFAULT-VALUE}.")
    private long badLinesMax;

    @Option(names = "--ad-fields", paramLabel = "NAME", split = ",", description = "Fields of libsvm and libffm lines that describe the ad and not the request, for example field-3,field-4. Default: advertiser, campaign, creative, ad.")
    private @Nullable Set<String> adFields;

    @Option(names = "--feature-index", paramLabel = "FILE", description = "For libsvm: lines \"field:value<TAB>index\" that say which field an index is of. Default: the place in the line is the field.")
    private @Nullable Path featureIndex;

    @Option(names = "--groups", paramLabel = "NAME=A-B", split = ",", converter = GroupConverter.class, description = "For libsvm: indices A to B are the field NAME, for example hour=0-23,site=24-999.")
    private List<ReadOptions.IndexGroup> groups = List.of();

    /** Formats as they are written on the command line. */
    private static final class FormatConverter implements ITypeConverter<DataFormat> {
        @Override
        public DataFormat convert(String value) {
            return Arrays.stream(DataFormat.values()).filter(format -> format.toString().equals(value)).findFirst()
                    .orElseThrow(() -> new TypeConversionException(
                            "\"" + value + "\" is none of " + List.of(DataFormat.values())));
        }
    }

    /** Groups of indices. */
    private static final class GroupConverter implements ITypeConverter<ReadOptions.IndexGroup> {
        @Override
        public ReadOptions.IndexGroup convert(String value) {
            try {
                return ReadOptions.IndexGroup.parse(value);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }

    /** The files, looked up. */
    public InputFiles files() throws DataException, IOException {
        return InputFiles.of(data, Optional.ofNullable(format));
    }

    /** How they are read. */
    public ReadOptions reading() {
        return new ReadOptions(badLinesMax, limit, adFields == null ? ReadOptions.AD_FIELDS : adFields, featureIndex,
                groups);
    }
}
