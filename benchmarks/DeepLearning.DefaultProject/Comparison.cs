using System.Diagnostics;
using System.Globalization;

namespace DeepLearning.DefaultProject;

/// <summary>
/// The two sides, each a process of this program: one as it is, one with the profile switched off by the environment. They are asked in
/// turn, kernel by kernel, and the fastest answer of each counts, so that a busy machine does not decide.
/// </summary>
internal static class Comparison
{
    /// <summary>What a collapse starts at: busy machines and luck with alignment stay below, kernels full of calls do not.</summary>
    private const double Bound = 3;

    /// <summary>Up to this ratio nothing has happened, and a kernel is not asked for again.</summary>
    private const double Even = 1.25;

    private const int LeastRounds = 3;
    private const int MostRounds = 25;

    /// <summary>The settings under test, as a project file or a program's configuration file would state them.</summary>
    private static readonly string[] _settings =
    [
        "System.Runtime.TieredPGO", "System.Runtime.TieredCompilation", "System.Runtime.TieredCompilation.QuickJit",
        "System.Runtime.TieredCompilation.QuickJitForLoops",
    ];

    /// <returns>0 when no kernel has collapsed.</returns>
    public static int Run(IReadOnlyList<string> names)
    {
        if (_settings.FirstOrDefault(static name => AppContext.GetData(name) is not null) is { } set)
        {
            Console.Error.WriteLine($"This project sets {set}, which it must leave as .NET has it.");
            return 2;
        }

        using Side plain = new(names, profile: true), without = new(names, profile: false);
        plain.WaitUntilReady();
        without.WaitUntilReady();
        Figure[] figures = [.. names.Select(static name => new Figure(name))];
        for (int round = 0; round < MostRounds; round++)
        {
            foreach (Figure figure in figures.Where(figure => round < LeastRounds || figure.Ratio > Even))
            {
                figure.Plain = Math.Min(figure.Plain, plain.Ask(figure.Name));
                figure.Without = Math.Min(figure.Without, without.Ask(figure.Name));
            }
        }

        Console.WriteLine($"{"kernel",-26} {"µs as it is",12} {"µs without profile",19} {"ratio",6}");
        foreach (Figure figure in figures)
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{figure.Name,-26} {figure.Plain,12:0.0} {figure.Without,19:0.0} {figure.Ratio,6:0.00}"
                    + $"{(figure.Ratio > Bound ? "  COLLAPSED" : "")}"));
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"geometric mean of {figures.Length} ratios: "
                + $"{Math.Exp(figures.Average(static figure => Math.Log(figure.Ratio))):0.00}"));
        string[] collapsed = [.. figures.Where(static figure => figure.Ratio > Bound).Select(static figure => figure.Name)];
        if (collapsed.Length == 0)
        {
            return 0;
        }

        Console.WriteLine($"More than {Bound} times as long in an unmodified project: {string.Join(", ", collapsed)}.");
        Console.WriteLine("Where a kernel begins, a method needs [MethodImpl(MethodImplOptions.NoInlining)]: see docs/performance.md, "
            + "\"How a kernel begins\".");
        using Side explained = new(collapsed, profile: true, "--explain");
        Console.Write(explained.ReadToEnd());
        return 1;
    }

    private sealed class Figure(string name)
    {
        public string Name { get; } = name;

        public double Plain { get; set; } = double.PositiveInfinity;

        public double Without { get; set; } = double.PositiveInfinity;

        public double Ratio => Plain / Without;
    }

    /// <summary>A process of this program.</summary>
    private sealed class Side : IDisposable
    {
        private readonly Process _process;

        public Side(IEnumerable<string> names, bool profile, string word = Measuring.Word)
        {
            string program = Path.Combine(AppContext.BaseDirectory, "DeepLearning.DefaultProject.dll");
            ProcessStartInfo start = new("dotnet", [program, word, .. names])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                UseShellExecute = false,
            };
            foreach (string name in start.Environment.Keys.Where(IsSetting).ToArray())
            {
                start.Environment.Remove(name);
            }

            if (!profile)
            {
                start.Environment["DOTNET_TieredPGO"] = "0";
            }

            _process = Process.Start(start) ?? throw new InvalidOperationException("dotnet could not be started.");
        }

        public void WaitUntilReady()
        {
            if (_process.StandardOutput.ReadLine() != Measuring.Ready)
            {
                throw new InvalidOperationException("A measuring process ended before it was ready.");
            }
        }

        public double Ask(string name)
        {
            _process.StandardInput.WriteLine(name);
            return double.Parse(
                _process.StandardOutput.ReadLine() ?? throw new InvalidOperationException($"A measuring process ended at {name}."),
                CultureInfo.InvariantCulture);
        }

        public string ReadToEnd() => _process.StandardOutput.ReadToEnd();

        public void Dispose()
        {
            _process.StandardInput.Close();
            _process.WaitForExit();
            _process.Dispose();
        }

        /// <summary>What the environment may say about how code is compiled, under the name of today or of old.</summary>
        private static bool IsSetting(string name) =>
            name.StartsWith("DOTNET_Tiered", StringComparison.OrdinalIgnoreCase)
            || name.StartsWith("DOTNET_TC_", StringComparison.OrdinalIgnoreCase)
            || name.StartsWith("DOTNET_ReadyToRun", StringComparison.OrdinalIgnoreCase)
            || name.StartsWith("DOTNET_OSR", StringComparison.OrdinalIgnoreCase)
            || name.StartsWith("COMPlus_", StringComparison.OrdinalIgnoreCase);
    }
}
