package org.oncohooks.database;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;

/** Connections of which the n-th call fails; before it is carried out, or after. */
public final class FaultyConnections {

  private final AtomicInteger calls = new AtomicInteger();
  private volatile int failing = Integer.MAX_VALUE;
  private volatile boolean after;

  /** A database whose connections are these. */
  public Database open(DatabaseSettings settings, Tables tables) {
    return new Database.Opening(settings, tables, this::around).open();
  }

  /**
   * @param n the call from now that fails, 1 for the next
   * @param whenDone whether it is carried out first
   */
  public void failAt(int n, boolean whenDone) {
    calls.set(0);
    after = whenDone;
    failing = n;
  }

  /** Whether the call that was to fail has come. */
  public boolean hasFailed() {
    return calls.get() >= failing;
  }

  public void mend() {
    failing = Integer.MAX_VALUE;
  }

  private DataSource around(DataSource source) {
    return proxy(DataSource.class, source);
  }

  private <T> T proxy(Class<T> type, Object target) {
    InvocationHandler handler = (proxy, method, arguments) -> call(target, method, arguments);
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
  }

  private Object call(Object target, Method method, Object[] arguments) throws Throwable {
    boolean fails = isInput(method) && calls.incrementAndGet() == failing;
    if (fails && !after) {
      throw new SQLException("injected", "08006");
    }
    Object result;
    try {
      result = method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
    if (fails) {
      throw new SQLException("injected", "08006");
    }
    if (result instanceof PreparedStatement) {
      return proxy(PreparedStatement.class, result);
    }
    if (result instanceof Statement) {
      return proxy(Statement.class, result);
    }
    return result instanceof Connection ? proxy(Connection.class, result) : result;
  }

  /** What may go to the database. */
  private static boolean isInput(Method method) {
    String name = method.getName();
    return name.startsWith("execute")
        || name.startsWith("prepare")
        || name.equals("getConnection")
        || name.equals("setAutoCommit")
        || name.equals("commit");
  }
}
