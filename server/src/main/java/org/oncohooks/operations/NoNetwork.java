package org.oncohooks.operations;

import java.io.IOException;
import java.net.ProtocolFamily;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.Pipe;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.AbstractSelector;
import java.nio.channels.spi.SelectorProvider;

/**
 * Takes the network from a process that runs what callers send. CQL has no way to it; this is for
 * the day on which a library has. Public because the Java runtime makes it by name.
 */
public final class NoNetwork extends SelectorProvider {

  private static IOException refused() {
    return new SocketException("this process has no network");
  }

  /** Sockets of the older kind; once for a process. */
  @SuppressWarnings("deprecation") // nothing has replaced the factories
  static void begin() throws IOException {
    Socket.setSocketImplFactory(NoNetwork::none);
    ServerSocket.setSocketFactory(NoNetwork::none);
  }

  private static java.net.SocketImpl none() {
    throw new UnsupportedOperationException("this process has no network");
  }

  @Override
  public DatagramChannel openDatagramChannel() throws IOException {
    throw refused();
  }

  @Override
  public DatagramChannel openDatagramChannel(ProtocolFamily family) throws IOException {
    throw refused();
  }

  @Override
  public Pipe openPipe() throws IOException {
    throw refused();
  }

  @Override
  public AbstractSelector openSelector() throws IOException {
    throw refused();
  }

  @Override
  public ServerSocketChannel openServerSocketChannel() throws IOException {
    throw refused();
  }

  @Override
  public SocketChannel openSocketChannel() throws IOException {
    throw refused();
  }
}
