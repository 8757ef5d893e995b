using System.Reflection;
using DeepLearning.Backends;
using DeepLearning.Backends.Gpu;
using DeepLearning.Tests.Gpu.Formulas;

namespace DeepLearning.Tests.Gpu.Kernels;

/// <summary>The rules on the texts of the kernels whose threads work together, and of those around them.</summary>
public sealed class TeamTextTests
{
    /// <summary>Kernels that compute in doubles, a few numbers a row or channel.</summary>
    private static readonly string[] s_wide =
    [
        "ChannelNormKernels.CombineMoments", "ChannelNormKernels.Figures", "ChannelGradientKernels.Channels",
        "ChannelGradientKernels.Figures",
    ];

    [Fact]
    public void No_kernel_calls_or_spills_or_approximates_and_few_compute_in_doubles()
    {
        using PtxCompiler compiler = new();
        List<string> wrong = [];
        foreach (MethodInfo kernel in Kernels())
        {
            string name = $"{kernel.DeclaringType!.Name}.{kernel.Name}", ptx = compiler.Compile(kernel);
            bool isWide = KernelText.Wide().IsMatch(ptx);
            if (KernelText.Call().IsMatch(ptx) || KernelText.Local().IsMatch(ptx) || KernelText.Forbidden(ptx).Length > 0
                || isWide != s_wide.Contains(name))
            {
                wrong.Add(
                    $"{name}: call {KernelText.Call().IsMatch(ptx)}, local {KernelText.Local().IsMatch(ptx)}, doubles {isWide}, "
                    + KernelText.Forbidden(ptx));
            }
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public void Four_floats_of_shared_memory_are_loaded_at_once()
    {
        using PtxCompiler compiler = new();
        string ptx = compiler.Compile(
            FormulaRun.Kernel(typeof(AttentionKernels), nameof(AttentionKernels.Forward), typeof(AttentionTile16)));
        Assert.Matches(@"ld\.shared\.v4\.f32", ptx);
        Assert.Matches(@"st\.shared\.v4\.f32", ptx);
        Assert.DoesNotMatch(@"\.shared \.align [1248] ", ptx);
    }

    [Fact]
    public void Doubles_and_integers_compile_as_straight()
    {
        using PtxCompiler compiler = new();
        Type[] team = [typeof(Team256), typeof(ComputedDouble), typeof(double), typeof(GpuDouble)], alone = team[1..];
        Type[] longs = [typeof(SumOp), typeof(Int64Element), typeof(long), typeof(GpuInteger<long, Int64Kind>)];
        Type[] bytes = [typeof(AmaxOp), typeof(BoolElement), typeof(byte), typeof(GpuInteger<int, ByteKind>)];
        MethodInfo[] kernels =
        [
            FormulaRun.Kernel(typeof(SoftmaxKernels), nameof(SoftmaxKernels.Forward), [team[0], typeof(LogSoftmaxForm), .. alone]),
            FormulaRun.Kernel(typeof(CrossEntropyKernels), nameof(CrossEntropyKernels.Forward), team),
            FormulaRun.Kernel(typeof(RowNormKernels), nameof(RowNormKernels.Forward), team),
            FormulaRun.Kernel(typeof(ChannelNormKernels), nameof(ChannelNormKernels.Moments), team),
            FormulaRun.Kernel(
                typeof(ChannelNormKernels), nameof(ChannelNormKernels.Figures),
                [typeof(ComputedFloat), typeof(float), typeof(GpuFloat), .. alone]),
            FormulaRun.Kernel(typeof(RecurrentKernels), nameof(RecurrentKernels.Lstm), alone),
            FormulaRun.Kernel(typeof(ReduceKernels), nameof(ReduceKernels.Lines), [team[0], .. longs]),
            FormulaRun.Kernel(typeof(ReduceKernels), nameof(ReduceKernels.Columns), longs),
            FormulaRun.Kernel(typeof(ReduceKernels), nameof(ReduceKernels.Lines), [team[0], .. bytes]),
        ];
        Assert.All(kernels, kernel =>
        {
            string ptx = compiler.Compile(kernel);
            Assert.DoesNotMatch(KernelText.Call(), ptx);
            Assert.DoesNotMatch(KernelText.Local(), ptx);
            Assert.Equal("", KernelText.Forbidden(ptx));
        });
    }

    private static IEnumerable<MethodInfo> Kernels()
    {
        Type[] team = [typeof(Team256), typeof(ComputedFloat), typeof(float), typeof(GpuFloat)], alone = team[1..];
        foreach (Type form in (Type[])[typeof(SoftmaxForm), typeof(LogSoftmaxForm)])
        {
            yield return FormulaRun.Kernel(typeof(SoftmaxKernels), nameof(SoftmaxKernels.Forward), [team[0], form, .. alone]);
            yield return FormulaRun.Kernel(typeof(SoftmaxKernels), nameof(SoftmaxKernels.Backward), [team[0], form, .. alone]);
        }

        yield return FormulaRun.Kernel(typeof(CrossEntropyKernels), nameof(CrossEntropyKernels.Forward), team);
        yield return FormulaRun.Kernel(typeof(CrossEntropyKernels), nameof(CrossEntropyKernels.Backward), team);
        yield return FormulaRun.Kernel(typeof(RowNormKernels), nameof(RowNormKernels.Forward), team);
        yield return FormulaRun.Kernel(typeof(RowNormKernels), nameof(RowNormKernels.Figures), alone);
        yield return FormulaRun.Kernel(typeof(RowNormKernels), nameof(RowNormKernels.Backward), team);
        yield return FormulaRun.Kernel(typeof(RowNormKernels), nameof(RowNormKernels.Columns), alone);
        yield return FormulaRun.Kernel(typeof(ChannelNormKernels), nameof(ChannelNormKernels.Moments), team);
        yield return FormulaRun.Kernel(typeof(ChannelNormKernels), nameof(ChannelNormKernels.CombineMoments), alone);
        yield return FormulaRun.Kernel(typeof(ChannelNormKernels), nameof(ChannelNormKernels.Figures), [.. alone, .. alone]);
        yield return FormulaRun.Kernel(typeof(ChannelNormKernels), nameof(ChannelNormKernels.Normalize), team);
        yield return FormulaRun.Kernel(typeof(ChannelGradientKernels), nameof(ChannelGradientKernels.Sums), team);
        yield return FormulaRun.Kernel(typeof(ChannelGradientKernels), nameof(ChannelGradientKernels.CombineSums), alone);
        yield return FormulaRun.Kernel(typeof(ChannelGradientKernels), nameof(ChannelGradientKernels.Figures), alone);
        yield return FormulaRun.Kernel(typeof(ChannelGradientKernels), nameof(ChannelGradientKernels.Gradient), team);
        yield return FormulaRun.Kernel(typeof(ChannelGradientKernels), nameof(ChannelGradientKernels.Channels), alone);
        yield return FormulaRun.Kernel(
            typeof(ReduceKernels), nameof(ReduceKernels.Lines), [team[0], typeof(SumOp), typeof(Float32Element), .. alone[1..]]);
        yield return FormulaRun.Kernel(
            typeof(ReduceKernels), nameof(ReduceKernels.Columns), [typeof(SumOp), typeof(Float32Element), .. alone[1..]]);
        yield return FormulaRun.Kernel(typeof(BinarySumKernels), nameof(BinarySumKernels.Sum), [team[0], typeof(SubtractOp), .. alone]);
        yield return FormulaRun.Kernel(typeof(BinarySumKernels), nameof(BinarySumKernels.Finish), team);
        yield return FormulaRun.Kernel(typeof(BinarySumKernels), nameof(BinarySumKernels.Gradient), [typeof(SubtractOp), .. alone]);
        yield return FormulaRun.Kernel(typeof(AttentionKernels), nameof(AttentionKernels.Forward), typeof(AttentionTile16));
        yield return typeof(AttentionKernels).GetMethod(nameof(AttentionKernels.Means))!;
        yield return FormulaRun.Kernel(typeof(AttentionGradientKernels), nameof(AttentionGradientKernels.Queries), typeof(AttentionTile16));
        yield return FormulaRun.Kernel(
            typeof(AttentionGradientKernels), nameof(AttentionGradientKernels.KeysAndValues), typeof(AttentionTile16));
        foreach (Type steps in (Type[])[typeof(RecurrentKernels), typeof(RecurrentGradientKernels)])
        {
            yield return FormulaRun.Kernel(steps, nameof(RecurrentKernels.Simple), [typeof(TanhOp), .. alone]);
            yield return FormulaRun.Kernel(steps, nameof(RecurrentKernels.Lstm), alone);
            yield return FormulaRun.Kernel(steps, nameof(RecurrentKernels.Gru), alone);
        }
    }
}
