using System.Text.RegularExpressions;
using DeepLearning.Backends.Gpu;
using DeepLearning.Tests.Gpu.Ptx;

namespace DeepLearning.Tests.Gpu.Kernels;

/// <summary>The kernels of matrix products, run in the machine; what breaks them is seen.</summary>
public sealed class GemmTests(PtxTexts compiler) : IClassFixture<PtxTexts>
{
    [Theory]
    [InlineData(19, 21, 11, false, false, false)]
    [InlineData(19, 21, 11, true, false, true)]
    [InlineData(17, 20, 9, false, true, true)]
    [InlineData(20, 17, 16, true, true, false)]
    [InlineData(16, 32, 24, false, false, false)]
    [InlineData(1, 1, 1, false, false, false)]
    [InlineData(5, 4, 0, false, false, false)]
    public void A_tiled_product_is_the_fused_sum_in_order(int m, int n, int k, bool transposeA, bool transposeB, bool backwards)
    {
        GemmRun run = new(m, n, k) { TransposeA = transposeA, TransposeB = transposeB, Backwards = backwards };
        Assert.Equal("", run.Differences(compiler.Compile(run.Kernel(typeof(Tile16x16))), 3, 16));
        Assert.Equal("", (run with { HasBias = true }).Differences(compiler.Compile(run.Kernel(typeof(Tile32x32))), 2, 16));
    }

    [Theory]
    [InlineData(typeof(Tile128x128), 140, 132, 20, false, false)]
    [InlineData(typeof(Tile128x128), 40, 36, 12, true, true)]
    [InlineData(typeof(Tile64x64), 67, 30, 21, false, true)]
    [InlineData(typeof(Tile16x256), 3, 260, 12, false, false)]
    [InlineData(typeof(Tile256x16), 70, 5, 9, false, true)]
    public void The_tiles_of_a_GPU_give_the_same(Type tile, int m, int n, int k, bool transposeA, bool transposeB)
    {
        GemmRun run = new(m, n, k) { TransposeA = transposeA, TransposeB = transposeB };
        Assert.Equal("", run.Differences(compiler.Compile(run.Kernel(tile)), 2, 256));
    }

    [Fact]
    public void A_thread_for_each_result_gives_the_same()
    {
        GemmRun run = new(6, 11, 10) { TransposeB = true, HasBias = true };
        Assert.Equal("", run.Differences(compiler.Compile(run.Kernel(null)), 2, 32));
        run = run with { IsChained = true };
        Assert.Equal("", run.Differences(compiler.Compile(run.Kernel(null)), 2, 32));
    }

    [Theory]
    [InlineData(typeof(Tile16x16), 16, 19, 22, 9)]
    [InlineData(typeof(Tile16x16), 16, 17, 24, 16)]
    [InlineData(typeof(Tile32x32), 16, 37, 41, 6)]
    [InlineData(typeof(Tile128x128), 256, 131, 67, 9)]
    [InlineData(typeof(Tile16x256), 256, 5, 40, 8)]
    public void Operations_behind_a_product_have_the_bits_of_operations_after_it(Type tile, int threads, int m, int n, int k)
    {
        GemmRun run = new(m, n, k) { TransposeB = true, HasBias = true, IsChained = true };
        string ptx = compiler.Compile(run.Kernel(tile));
        Assert.Equal("", run.Differences(ptx, 2, threads));

        // Of a tile's results a thread has up to 64; the formula stands there four times.
        Assert.Equal(4, Regex.Count(ptx, @"div\.rn\.f32"));
        Assert.DoesNotMatch(KernelText.Local(), ptx);
        Assert.DoesNotMatch(KernelText.Call(), ptx);
        Assert.Equal("", KernelText.Forbidden(ptx));
        Assert.InRange(threads == 256 ? PtxRegisters.Estimate(ptx) : 16, 16, 128);
    }

    [Fact]
    public void Parts_of_k_are_sums_of_their_own()
    {
        GemmRun run = new(6, 11, 70) { Splits = 3 };
        Assert.Equal("", run.Differences(compiler.Compile(run.Kernel(typeof(Tile16x16))), 2, 16));
    }

    [Fact]
    public void A_missing_barrier_is_seen()
    {
        GemmRun run = new(19, 21, 27);
        string ptx = compiler.Compile(run.Kernel(typeof(Tile16x16)));
        Assert.Equal(1, Regex.Count(ptx, @"bar\.sync\s+0;"));
        string broken = Regex.Replace(ptx, @"bar\.sync\s+0;", "");
        Assert.NotEqual("", run.Differences(broken, 1, 16));
        Assert.NotEqual("", (run with { Backwards = true }).Differences(broken, 1, 16));
    }

    [Theory]
    [InlineData(typeof(Tile128x128), 8 * 64)]
    [InlineData(typeof(Tile64x64), 16 * 16)]
    [InlineData(typeof(Tile16x256), 8 * 16)]
    [InlineData(typeof(Tile256x16), 8 * 16)]
    public void A_product_keeps_its_sums_in_registers_and_reads_four_at_a_time(Type tile, int atMost)
    {
        foreach (bool transpose in new[] { false, true })
        {
            string ptx = compiler.Compile(new GemmRun(1, 1, 1) { TransposeA = transpose, TransposeB = transpose }.Kernel(tile));
            Assert.DoesNotMatch(KernelText.Local(), ptx);
            Assert.DoesNotMatch(KernelText.Call(), ptx);
            Assert.DoesNotMatch(KernelText.Wide(), ptx);
            Assert.Equal("", KernelText.Forbidden(ptx));
            Assert.InRange(Regex.Count(ptx, @"fma\.rn\.f32"), 16, atMost);
            Assert.Matches(@"ld\.shared\.v4\.[bf]32", ptx);
            Assert.Matches(@"ld\.global\.v4\.[bf]32", ptx);
            Assert.Matches(@"st\.global\.v4\.[bf]32", ptx);
        }
    }

    /// <summary>Two groups of 256 threads share the 65,536 registers of a multiprocessor where each thread has at most 128.</summary>
    [Theory]
    [InlineData(typeof(Tile128x128), 128)]
    [InlineData(typeof(Tile64x64), 80)]
    [InlineData(typeof(Tile16x256), 80)]
    [InlineData(typeof(Tile256x16), 80)]
    public void Registers_leave_room_for_more_than_one_group(Type tile, int atMost)
    {
        GemmRun run = new(1, 1, 1);
        Assert.InRange(PtxRegisters.Estimate(compiler.Compile(run.Kernel(tile))), 16, atMost);
        run = run with { TransposeA = true, TransposeB = true };
        Assert.InRange(PtxRegisters.Estimate(compiler.Compile(run.Kernel(tile))), 16, atMost);
    }
}
