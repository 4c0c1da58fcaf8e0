package org.oncohooks.repl;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jline.reader.Candidate;
import org.jline.reader.CompletingParsedLine;
import org.jline.reader.EOFError;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.ParsedLine;
import org.jline.reader.Parser;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;

/** A session at a terminal: editing, history, completion, Ctrl-C. */
public final class Keyboard {

  private Keyboard() {}

  /**
   * The terminal that this process was started in; empty if its input or output is none, as in a
   * pipe.
   */
  public static Optional<Terminal> terminal() {
    try {
      return Optional.of(TerminalBuilder.builder().system(true).dumb(false).build());
    } catch (IOException | IllegalStateException e) {
      return Optional.empty();
    }
  }

  /**
   * Asks until the session ends.
   *
   * @param history file that keeps what was entered; made if it is not there
   */
  public static void run(Terminal terminal, Repl repl, Path history) {
    LineReader reader =
        LineReaderBuilder.builder()
            .terminal(terminal)
            .parser(Keyboard::parse)
            .completer(
                (line, parsed, candidates) ->
                    Names.candidates(repl, parsed.line().substring(0, parsed.cursor()))
                        .forEach(name -> candidates.add(candidate(name))))
            .variable(LineReader.HISTORY_FILE, history)
            .variable(LineReader.SECONDARY_PROMPT_PATTERN, "   > ")
            // an exclamation mark is CQL's, not the history's
            .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
            .build();
    terminal.handle(Terminal.Signal.INT, signal -> repl.interrupt());
    boolean goesOn = true;
    while (goesOn) {
      try {
        goesOn = repl.take(reader.readLine("cql> "));
      } catch (UserInterruptException e) {
        // what was typed is dropped, as in a shell
      } catch (EndOfFileException e) {
        goesOn = false;
      }
    }
  }

  private static Candidate candidate(String name) {
    return new Candidate(name, name, null, null, null, null, !name.endsWith("."));
  }

  private static ParsedLine parse(String line, int cursor, Parser.ParseContext context) {
    if (context == Parser.ParseContext.ACCEPT_LINE && Entry.isOpen(line)) {
      throw new EOFError(-1, -1, "the entry goes on");
    }
    String before = line.substring(0, cursor);
    return new Word(line, cursor, before.substring(Names.begin(before)));
  }

  /** The word at the cursor, taken as it stands: quotes belong to CQL. */
  private record Word(String line, int cursor, String word) implements CompletingParsedLine {

    @Override
    public int wordCursor() {
      return word.length();
    }

    @Override
    public int wordIndex() {
      return 0;
    }

    @Override
    public List<String> words() {
      return List.of(word);
    }

    @Override
    public CharSequence escape(CharSequence candidate, boolean complete) {
      return candidate;
    }

    @Override
    public int rawWordCursor() {
      return word.length();
    }

    @Override
    public int rawWordLength() {
      return word.length();
    }
  }
}
