using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace DeepLearning.Tests.Infrastructure;

/// <summary>
/// The child's side of a rerun: checks that the environment asked for is the one in effect, then runs the tests of one trait
/// in this process and says how many passed.
/// </summary>
internal static class RerunHost
{
    public const string ExpectedSimdBits = "DEEPLEARNING_TEST_SIMD_BITS";
    public const string Culture = "DEEPLEARNING_TEST_CULTURE";
    public const string Trait = "Rerun";

    /// <summary>True in a child process: what runs there runs alone.</summary>
    public static bool IsChild { get; private set; }

    /// <summary>The widest vectors that this process computes with in hardware: 512, 256, 128, or 0 bits.</summary>
    public static int SimdBits =>
        Vector512.IsHardwareAccelerated ? 512 :
        Vector256.IsHardwareAccelerated ? 256 :
        Vector128.IsHardwareAccelerated ? 128 : 0;

    public static int Run(string[] args)
    {
        if (args.Length != 1)
        {
            Console.Error.WriteLine(
                $"usage: dotnet DeepLearning.Tests.dll NAME[/N]   (runs every N-th of the tests marked [Trait(\"{Trait}\", NAME)])");
            return 2;
        }

        try
        {
            CheckSimd(Environment.GetEnvironmentVariable(ExpectedSimdBits));
            SetCulture(Environment.GetEnvironmentVariable(Culture));
        }
        catch (InvalidOperationException error)
        {
            Console.WriteLine(error.Message);
            return 3;
        }

        IsChild = true;
        return RunTests(args[0]);
    }

    private static void CheckSimd(string? expected)
    {
        if (expected is null)
        {
            return;
        }

        int most = int.Parse(expected, CultureInfo.InvariantCulture);
        if (SimdBits > most)
        {
            throw new InvalidOperationException(
                $"The SIMD switch took no effect: at most {most} bits were expected, {SimdBits} are in use.");
        }
    }

    private static void SetCulture(string? name)
    {
        if (name is null)
        {
            return;
        }

        CultureInfo culture = new(name);
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = culture;
        CultureInfo.DefaultThreadCurrentCulture = CultureInfo.DefaultThreadCurrentUICulture = culture;
        string number = 1.5.ToString(CultureInfo.CurrentCulture);
        if (number != "1,5")
        {
            throw new InvalidOperationException($"The culture {name} took no effect: 1.5 prints as {number}.");
        }
    }

    private static int RunTests(string name)
    {
        int every = 1;
        if (name.Split('/') is [string trait, string number])
        {
            (name, every) = (trait, int.Parse(number, CultureInfo.InvariantCulture));
        }

        (int passed, int failed) = InProcessRunner.Run(Trait, name, Console.Out, every);
        Console.WriteLine(FormattableString.Invariant(
            $"rerun {name}: {passed} passed, {failed} failed ({RuntimeInformation.ProcessArchitecture}, {SimdBits}-bit SIMD)"));
        return failed > 0 || passed == 0 ? 1 : 0;
    }
}
