package io.sextant.bidder.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoRegistration;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.InternetProtocolFamily;
import io.netty.util.concurrent.ThreadAwareExecutor;
import io.vertx.core.datagram.DatagramSocketOptions;
import io.vertx.core.net.ClientOptionsBase;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.transport.Transport;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A transport whose event loops have a {@link LoopClock} each, which is told when they ask for work and when they begin to
 * read. Otherwise it is the transport that it is made from.
 *
 * <p>
 * Threading: thread-safe; a loop's part of it is the loop's own.
 */
public final class ClockedTransport implements Transport {
    private final Transport clocked;
    private final io.vertx.core.spi.transport.Transport implementation;

    /**
     * Makes one of the quickest transport that there is on this machine.
     *
     * @param nanoClock the clock that arrivals are by, {@code System::nanoTime}
     */
    public ClockedTransport(LongSupplier nanoClock) {
        Transport system = Transport.nativeTransport();
        this.clocked = system != null && system.available() ? system : Transport.NIO;
        this.implementation = new Clocked(clocked.implementation(), nanoClock);
    }

    @Override
    public String name() {
        return clocked.name();
    }

    @Override
    public boolean available() {
        return clocked.available();
    }

    @Override
    public @Nullable Throwable unavailabilityCause() {
        return clocked.unavailabilityCause();
    }

    @Override
    public io.vertx.core.spi.transport.Transport implementation() {
        return implementation;
    }

    private record Clocked(io.vertx.core.spi.transport.Transport transport,
            LongSupplier nanoClock) implements io.vertx.core.spi.transport.Transport {
        @Override
        public IoHandlerFactory ioHandlerFactory() {
            IoHandlerFactory factory = transport.ioHandlerFactory();
            return new IoHandlerFactory() {
                @Override
                public IoHandler newHandler(ThreadAwareExecutor loop) {
                    return new ClockedHandler(factory.newHandler(loop), new LoopClock(nanoClock));
                }

                @Override
                public boolean isChangingThreadSupported() {
                    return false;
                }
            };
        }

        @Override
        public boolean supportsDomainSockets() {
            return transport.supportsDomainSockets();
        }

        @Override
        public boolean supportFileRegion() {
            return transport.supportFileRegion();
        }

        @Override
        public boolean isAvailable() {
            return transport.isAvailable();
        }

        @Override
        public @Nullable Throwable unavailabilityCause() {
            return transport.unavailabilityCause();
        }

        @Override
        public java.net.SocketAddress convert(SocketAddress address) {
            return transport.convert(address);
        }

        @Override
        public SocketAddress convert(java.net.SocketAddress address) {
            return transport.convert(address);
        }

        @Override
        public DatagramChannel datagramChannel() {
            return transport.datagramChannel();
        }

        @Override
        @SuppressWarnings("deprecation") // the interface asks for it
        public DatagramChannel datagramChannel(InternetProtocolFamily family) {
            return transport.datagramChannel(family);
        }

        @Override
        public ChannelFactory<? extends Channel> channelFactory(boolean domainSocket) {
            return transport.channelFactory(domainSocket);
        }

        @Override
        public ChannelFactory<? extends ServerChannel> serverChannelFactory(boolean domainSocket) {
            return transport.serverChannelFactory(domainSocket);
        }

        @Override
        public void configure(DatagramChannel channel, DatagramSocketOptions options) {
            transport.configure(channel, options);
        }

        @Override
        public void configure(ClientOptionsBase options, int connectTimeout, boolean domainSocket,
                io.netty.bootstrap.Bootstrap bootstrap) {
            transport.configure(options, connectTimeout, domainSocket, bootstrap);
        }

        @Override
        public void configure(NetServerOptions options, boolean domainSocket,
                io.netty.bootstrap.ServerBootstrap bootstrap) {
            transport.configure(options, domainSocket, bootstrap);
        }
    }

    /** One loop's handler, and the context that it runs in. */
    private static final class ClockedHandler implements IoHandler, IoHandlerContext {
        private final IoHandler handler;
        private final LoopClock clock;
        private @Nullable IoHandlerContext context;

        ClockedHandler(IoHandler handler, LoopClock clock) {
            this.handler = handler;
            this.clock = clock;
        }

        @Override
        public void initialize() {
            clock.belongsToThisLoop();
            handler.initialize();
        }

        @Override
        public int run(IoHandlerContext loop) {
            context = loop;
            clock.asks();
            return handler.run(this);
        }

        @Override
        public boolean canBlock() {
            return context().canBlock();
        }

        @Override
        public long delayNanos(long currentTimeNanos) {
            return context().delayNanos(currentTimeNanos);
        }

        @Override
        public long deadlineNanos() {
            return context().deadlineNanos();
        }

        /** Every handler asks this between its select and its first read. */
        @Override
        public boolean shouldReportActiveIoTime() {
            clock.reads();
            return context().shouldReportActiveIoTime();
        }

        @Override
        public void reportActiveIoTime(long activeNanos) {
            context().reportActiveIoTime(activeNanos);
        }

        @Override
        public void prepareToDestroy() {
            handler.prepareToDestroy();
        }

        @Override
        public void destroy() {
            handler.destroy();
        }

        @Override
        public IoRegistration register(IoHandle handle) throws Exception {
            return handler.register(handle);
        }

        @Override
        public void wakeup() {
            handler.wakeup();
        }

        @Override
        public boolean isCompatible(Class<? extends IoHandle> handleType) {
            return handler.isCompatible(handleType);
        }

        private IoHandlerContext context() {
            return Objects.requireNonNull(context);
        }
    }
}
