using DeepLearning.Backends.Gpu;

namespace DeepLearning.Tests.Gpu.Kernels;

/// <summary>What no kernel's text may hold.</summary>
public sealed class TextRuleTests
{
    [Fact]
    public void A_forbidden_word_is_seen() => Assert.Equal(
        "ex2.approx.f32 bra.uni add.f32", KernelText.Forbidden("\tex2.approx.f32 %f1, %f2;\n@%p1 bra.uni L_1;\n\tadd.f32 %f1, %f1, %f2;"));

    [Fact]
    public void Claims_and_roundings_that_ILGPU_leaves_open_are_corrected()
    {
        const string text =
            "@%p1 bra.uni\tL_1;\n\tcall.uni (r), F_1, (\n\t\ta\n\t);\n\tbrx.idx.uni\t%r2, L_2;\n\tmul.f64\t%fd4, %fd1, %fd2;\n";
        string corrected = PtxText.Correct(text);
        Assert.DoesNotContain(".uni", corrected);
        Assert.Contains("mul.rn.f64", corrected);
    }
}
