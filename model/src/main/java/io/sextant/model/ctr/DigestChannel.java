package io.sextant.model.ctr;

import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.security.MessageDigest;

/** Feeds what is written to digests, and keeps nothing. */
final class DigestChannel implements WritableByteChannel {
    private final MessageDigest[] digests;

    DigestChannel(MessageDigest... digests) {
        this.digests = digests;
    }

    @Override
    public int write(ByteBuffer bytes) {
        int count = bytes.remaining();
        for (MessageDigest digest : digests) {
            digest.update(bytes.duplicate());
        }
        bytes.position(bytes.limit());
        return count;
    }

    @Override
    public boolean isOpen() {
        return true;
    }

    @Override
    public void close() {
        // There is nothing to close.
    }
}
