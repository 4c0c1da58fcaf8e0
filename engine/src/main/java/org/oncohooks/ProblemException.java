package org.oncohooks;

/** The one exception that carries a {@link Problem} to the edge. */
public final class ProblemException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient Problem problem;

  public ProblemException(Problem problem) {
    super(problem.code());
    this.problem = problem;
  }

  public ProblemException(Problem problem, Throwable cause) {
    super(problem.code(), cause);
    this.problem = problem;
  }

  public Problem problem() {
    return problem;
  }
}
