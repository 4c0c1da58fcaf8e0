package org.oncohooks.benchmarks;

import com.sun.management.ThreadMXBean;
import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import javax.management.MBeanServerConnection;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/**
 * Counts what the threads of another Java virtual machine allocate, through its local management
 * agent. The agent's own threads are left out. It takes memory and time itself: attach it after
 * those were measured.
 */
final class AllocationMeter implements AutoCloseable {

  private final JMXConnector connector;
  private final ThreadMXBean threads;

  private AllocationMeter(JMXConnector connector, ThreadMXBean threads) {
    this.connector = connector;
    this.threads = threads;
  }

  static AllocationMeter attach(long pid) throws IOException {
    JMXConnector connector = JMXConnectorFactory.connect(new JMXServiceURL(agent(pid)));
    MBeanServerConnection beans = connector.getMBeanServerConnection();
    return new AllocationMeter(
        connector,
        ManagementFactory.newPlatformMXBeanProxy(
            beans, ManagementFactory.THREAD_MXBEAN_NAME, ThreadMXBean.class));
  }

  private static String agent(long pid) throws IOException {
    try {
      VirtualMachine machine = VirtualMachine.attach(Long.toString(pid));
      try {
        return machine.startLocalManagementAgent();
      } finally {
        machine.detach();
      }
    } catch (AttachNotSupportedException e) {
      throw new IOException("the Java virtual machine can't be attached to", e);
    }
  }

  /** Bytes that the live threads have allocated since they began. */
  long allocated() {
    long[] ids = threads.getAllThreadIds();
    long[] bytes = threads.getThreadAllocatedBytes(ids);
    ThreadInfo[] infos = threads.getThreadInfo(ids);
    long sum = 0;
    for (int i = 0; i < ids.length; i++) {
      if (infos[i] != null && bytes[i] > 0 && !isAgent(infos[i].getThreadName())) {
        sum += bytes[i];
      }
    }
    return sum;
  }

  private static boolean isAgent(String threadName) {
    return threadName.startsWith("RMI ") || threadName.startsWith("JMX ");
  }

  @Override
  public void close() throws IOException {
    connector.close();
  }
}
