using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using System.Globalization;

namespace DeepLearning.Samples;

/// <summary>
/// Runs a sample as a well-behaved program: reads its command line (System.CommandLine), says what is wrong in one line, and tells it by
/// the exit code as well.
/// </summary>
internal static class CommandLine
{
    /// <summary>A command.</summary>
    /// <param name="sample">The sample's folder.</param>
    /// <param name="purpose">One sentence: what the sample does.</param>
    /// <param name="options">Its options, in the order of the help.</param>
    public static RootCommand Of(string sample, string purpose, params IEnumerable<Option> options)
    {
        RootCommand command = new(purpose) { HelpName = $"dotnet run -c Release --project samples/{sample} --" };
        foreach (Option option in options)
        {
            command.Add(option);
        }

        return command;
    }

    /// <summary>A whole number that has a usual value.</summary>
    public static Option<int> Number(string name, string description, int usual, int least, int most = int.MaxValue) =>
        Limited(new Option<int>(name) { Description = description, DefaultValueFactory = _ => usual }, least, most);

    /// <summary>A whole number that may be left out.</summary>
    public static Option<int?> Number(string name, string description, int least) =>
        Limited(new Option<int?>(name) { Description = description }, least, int.MaxValue);

    /// <summary>A text that may be left out.</summary>
    public static Option<string?> Text(string name, string what, string description) => Checked(
        new Option<string?>(name) { Description = description, HelpName = what }, static text => text.Length > 0, "a value");

    /// <summary>One of some names; the first is the usual one.</summary>
    public static Option<string> OneOf(string name, string description, params string[] names) => Checked(
        new Option<string>(name) { Description = $"{description}: {string.Join(" or ", names)}", DefaultValueFactory = _ => names[0] },
        text => names.Contains(text), $"one of: {string.Join(", ", names)}");

    /// <summary>Something that is so when the option is there.</summary>
    public static Option<bool> Switch(string name, string description) =>
        new(name) { Description = description, Arity = ArgumentArity.Zero };

    /// <summary>The switch of the samples that can say which weights a run came to.</summary>
    public static Option<bool> FingerprintSwitch() => Switch(
        "--fingerprint", "print a hash of the trained weights: the same seed gives the same on every processor with fused multiply-add");

    /// <summary>Whether the command line has an option.</summary>
    public static bool Has(this ParseResult parsed, Option option) => parsed.GetResult(option) is { Implicit: false };

    /// <summary>Reads a command line.</summary>
    /// <exception cref="ArgumentException">An option is unknown, or its value is missing or wrong.</exception>
    public static ParseResult Read(RootCommand command, string[] arguments)
    {
        ParseResult parsed = Parse(command, arguments);
        return Mistake(parsed) is { } mistake ? throw new ArgumentException(mistake) : parsed;
    }

    /// <summary>Reads a command line and runs a program with its options, on the console.</summary>
    /// <returns>The exit code: that of the run, 1 for what is wrong outside the program, 2 for a wrong command line.</returns>
    public static int Run<TOptions>(string[] arguments, RootCommand command, Func<ParseResult, TOptions> read, Func<TOptions, int> run)
    {
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        return Run(arguments, command, parsed => run(read(parsed)), Console.Out, Console.Error);
    }

    /// <inheritdoc cref="Run{TOptions}"/>
    public static int Run(string[] arguments, RootCommand command, Func<ParseResult, int> run, TextWriter output, TextWriter errors)
    {
        ParseResult parsed = Parse(command, arguments);
        if (parsed.Action is HelpAction)
        {
            WriteHelp(command, output);
            return 0;
        }

        if (Mistake(parsed) is { } mistake)
        {
            errors.WriteLine(mistake + Environment.NewLine);
            WriteHelp(command, errors);
            return 2;
        }

        try
        {
            return run(parsed);
        }
        catch (Exception error) when (error is IOException or InvalidDataException or UnauthorizedAccessException or ArgumentException
            or DeviceException)
        {
            errors.WriteLine(error.Message.ReplaceLineEndings(" "));
            return 1;
        }
    }

    // Without files of arguments (@file), whose errors would not be of one line.
    private static ParseResult Parse(RootCommand command, string[] arguments) =>
        command.Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });

    private static string? Mistake(ParseResult parsed) => parsed.UnmatchedTokens is [string unknown, ..]
        ? $"Unknown option: {unknown}."
        : parsed.Errors.Select(static error => error.Message).FirstOrDefault();

    private static void WriteHelp(RootCommand command, TextWriter output) =>
        command.Parse(["--help"]).Invoke(new InvocationConfiguration { Output = output });

    private static Option<T> Limited<T>(Option<T> option, int least, int most)
    {
        option.HelpName = "N";
        return Checked(
            option,
            text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
                && number >= least && number <= most,
            string.Create(CultureInfo.InvariantCulture, $"a whole number from {least}{(most < int.MaxValue ? $" to {most}" : "")}"));
    }

    /// <summary>An option whose value is checked, and missed in the same words.</summary>
    private static Option<T> Checked<T>(Option<T> option, Func<string, bool> isRight, string what)
    {
        option.Arity = ArgumentArity.ZeroOrOne;
        option.Validators.Add(result =>
        {
            if (!result.Implicit && !(result.Tokens is [Token value] && isRight(value.Value)))
            {
                result.AddError($"{option.Name} needs {what}.");
            }
        });
        return option;
    }
}
