package org.oncohooks.app;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/**
 * The signal HUP, by which operators ask a service to read its files again. Its class is no part of
 * Java's own interface, so it is looked for; a platform without it goes without.
 */
final class Hangup {

  private Hangup() {}

  /** Runs something at every HUP, on a thread of its own. */
  static void runs(Runnable reload) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object handles =
          Proxy.newProxyInstance(
              Hangup.class.getClassLoader(),
              new Class<?>[] {handler},
              (proxy, method, arguments) -> {
                if (method.getName().equals("handle")) {
                  reload.run();
                }
                return null;
              });
      signal
          .getMethod("handle", signal, handler)
          .invoke(null, signal.getConstructor(String.class).newInstance("HUP"), handles);
    } catch (ClassNotFoundException | NoSuchMethodException | InvocationTargetException e) {
      return; // no such signal here
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }
}
