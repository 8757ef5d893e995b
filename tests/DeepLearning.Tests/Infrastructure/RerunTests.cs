using System.Globalization;
using System.Runtime.InteropServices;

namespace DeepLearning.Tests.Infrastructure;

/// <summary>
/// Runs parts of this assembly again where the environment differs: without wide vectors, and in cultures that write numbers
/// and letters another way. A test takes part by <c>[Trait("Rerun", "Simd")]</c> or <c>[Trait("Rerun", "Culture")]</c>.
/// </summary>
[Trait("Category", "Slow")]
public sealed class RerunTests
{
    [Theory]
    [InlineData("DOTNET_EnableAVX512", 256)]
    [InlineData("DOTNET_EnableAVX2", 128)]
    [InlineData("DOTNET_EnableHWIntrinsic", 0)]
    public void Kernels_agree_when_a_SIMD_level_is_switched_off(string variable, int bitsLeft)
    {
        // The switches for vectors wider than 128 bits exist on x86 only.
        bool isX86 = RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.X86;
        if (RerunHost.SimdBits <= bitsLeft || (!isX86 && bitsLeft > 0))
        {
            // There is nothing wider to switch off: the tests themselves have run at this level.
            return;
        }

        int most = isX86 ? bitsLeft : Math.Min(128, RerunHost.SimdBits);
        // All tests at the next narrower level; of the others, minutes each, every fourth.
        string tests = (RerunHost.SimdBits, bitsLeft) is (512, 256) or (256, 128) or (128, 0) ? "Simd" : "Simd/4";
        Rerun.Tests(tests, (variable, "0"), (RerunHost.ExpectedSimdBits, most.ToString(CultureInfo.InvariantCulture)));
    }

    [Fact]
    public void The_bits_are_the_same_without_the_widest_vectors()
    {
        if (RerunHost.SimdBits > 256)
        {
            Rerun.Tests("Bits", ("DOTNET_EnableAVX512", "0"), (RerunHost.ExpectedSimdBits, "256"));
        }
    }

    [Theory]
    [InlineData("de-DE")]
    [InlineData("tr-TR")]
    public void Text_is_the_same_in_every_culture(string culture) => Rerun.Tests("Culture", (RerunHost.Culture, culture));

    [Fact]
    public void Plain_training_loops_stay_flat_in_a_process_of_their_own() => Rerun.Tests("Memory");

    [Fact]
    public void Kernels_hold_their_operands_under_a_thread_that_collects() => Rerun.Tests("Collector");

    [Fact]
    public void A_switch_that_took_no_effect_is_an_error()
    {
        if (RerunHost.SimdBits == 0)
        {
            return;
        }

        Exception error = Assert.ThrowsAny<Exception>(() => Rerun.Tests("Simd", (RerunHost.ExpectedSimdBits, "0")));
        Assert.Contains("took no effect", error.Message, StringComparison.Ordinal);
    }
}
