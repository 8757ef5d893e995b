using System.Reflection;
using DeepLearning.Tests.Gpu.Ptx;
using ILGPU;

namespace DeepLearning.Tests.Gpu.Kernels;

/// <summary>What holds for the text of every kernel, found by reflection.</summary>
public sealed class KernelRuleTests(PtxTexts compiler) : IClassFixture<PtxTexts>
{
    /// <summary>Kernels in whose places products of 32 bits stand, with why these are small.</summary>
    private static readonly Dictionary<string, (int Most, string Why)> s_small = new()
    {
        ["ColumnKernels.Take"] = (4, "places along the axes of an image"),
        ["ColumnKernels.Add"] = (2, "places along the axes of an image"),
        ["PoolKernels.Max"] = (12, "places along the axes of an image"),
        ["PoolKernels.MaxGradient"] = (3, "places along the axes of an image"),
        ["PoolKernels.Average"] = (8, "places along the axes of an image"),
        ["PoolKernels.AverageGradient"] = (3, "places along the axes of an image"),
        ["GemmKernels.Tiled"] = (1, "where a part of k begins"),
        ["GemmKernels.Each"] = (1, "where a part of k begins"),
        ["TensorKernels.Tiled"] = (1, "where a part of k begins"),
        ["GemmKernels.Tiled of images"] = (1000, "places in an image, which has fewer than 2³¹ elements, or it is not for the kernel"),
        ["TensorKernels.Tiled of images"] = (1000, "places in an image, which has fewer than 2³¹ elements, or it is not for the kernel"),
    };

    /// <summary>Kernels of more than 64 registers, with their limit: four groups of 256 threads share a multiprocessor's at most.</summary>
    private static readonly Dictionary<string, int> s_registers = new()
    {
        ["AttentionKernels.Forward"] = 128,
        ["AttentionGradientKernels.Queries"] = 96,
        ["AttentionGradientKernels.KeysAndValues"] = 128,
        ["GemmKernels.Tiled"] = 128,
        ["GemmKernels.Tiled of images"] = 128,
        ["TensorKernels.Tiled"] = 168,
        ["TensorKernels.Tiled of images"] = 168,
    };

    [Fact]
    public void No_place_in_memory_is_made_of_a_product_of_32_bits()
    {
        List<string> wrong = [];
        foreach (MethodInfo kernel in KernelInventory.All)
        {
            IReadOnlyList<string> found = PtxPlaces.NarrowProducts(compiler.Compile(kernel));
            int most = s_small.GetValueOrDefault(KernelInventory.NameOf(kernel)).Most;
            if (found.Count > most || (found.Count == 0 && most > 0))
            {
                wrong.Add($"{KernelInventory.NameOf(kernel)}: {string.Join(" | ", found)}");
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Fact]
    public void Registers_leave_room_for_several_groups()
    {
        List<string> wrong = [];
        foreach (MethodInfo kernel in KernelInventory.All)
        {
            int registers = PtxRegisters.Estimate(compiler.Compile(kernel));
            if (registers > s_registers.GetValueOrDefault(KernelInventory.NameOf(kernel), 64))
            {
                wrong.Add($"{KernelInventory.NameOf(kernel)}: {registers}");
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Fact]
    public void A_place_of_32_bits_is_seen()
    {
        MethodInfo broken = typeof(KernelRuleTests).GetMethod(nameof(Narrow), BindingFlags.NonPublic | BindingFlags.Static)!;
        Assert.NotEmpty(PtxPlaces.NarrowProducts(compiler.Compile(broken)));
    }

    [Fact]
    public void The_inventory_holds_the_kernels() => Assert.InRange(
        KernelInventory.All.Select(KernelInventory.NameOf).Distinct().Count(), 70, 200);

    private static void Narrow(ArrayView<float> y)
    {
        int i = (Grid.IdxX * Group.DimX) + Group.IdxX;
        if (i < y.Length)
        {
            y[i] = 0;
        }
    }
}
