using DeepLearning.Layers;
using DeepLearning.Models;

namespace DeepLearning.Tests.Models.Attention;

/// <summary>What is decoded from kept keys and values has the bits of the full pass.</summary>
[Trait("Rerun", "Simd")]
public sealed class KeyValueCacheTests
{
    public static TheoryData<int, int?, string> Options => new()
    {
        { 4, null, "" }, { 2, null, "halves" }, { 1, null, "interleaved" }, { 4, 5, "" }, { 2, 40, "halves" }, { 4, null, "alibi" },
        { 4, null, "relative" }, { 2, 7, "relative" }, { 4, null, "vectors" }, { 2, 9, "vectors" },
    };

    [Theory]
    [MemberData(nameof(Options))]
    public void Positions_one_by_one_and_in_pieces_equal_the_full_pass(int heads, int? window, string positions)
    {
        foreach (DType dtype in new[] { DType.Float32, DType.Float64 })
        {
            GroupedQueryAttention attention = Made(heads, window, positions, dtype).Eval();
            foreach (int batch in new[] { 1, 3 })
            {
                Tensor x = Tensor.Randn([batch, 100, 64], dtype);
                using GradMode.Region none = GradMode.NoGrad();
                using BatchInvariance.Region region = BatchInvariance.Enable();
                Tensor full = attention.Forward(x);
                foreach (int[] pieces in new int[][] { [.. Enumerable.Repeat(1, 100)], [37, 1, 1, 61], [1, 2, 33, 64] })
                {
                    KeyValueCache cache = new(1);
                    List<Tensor> parts = [];
                    foreach (int piece in pieces)
                    {
                        parts.Add(attention.Forward(x.Narrow(1, cache.Length, piece), null, cache[0]));
                    }

                    Assert.True(full.Equal(Tensor.Cat([.. parts], 1)), $"{dtype}, batch {batch}, {pieces.Length} pieces");
                }
            }
        }
    }

    [Fact]
    public void A_cache_can_go_back_and_reorder_its_examples()
    {
        GroupedQueryAttention attention = new(8, 2);
        Tensor x = Tensor.Randn(2, 6, 8);
        using GradMode.Region none = GradMode.NoGrad();
        KeyValueCache cache = new(1);
        attention.Forward(x, null, cache[0]);
        cache.Truncate(4);
        Assert.Equal(4, cache.Length);
        Assert.True(attention.Forward(x).Narrow(1, 4, 2).AllClose(attention.Forward(x.Narrow(1, 4, 2), null, cache[0]), absolute: 1e-6));
        cache.Truncate(5);
        cache.Reorder(Tensor.From([1L, 0L]));
        Tensor swapped = x.IndexSelect(0, Tensor.From([1L, 0L]));
        Tensor last = attention.Forward(swapped.Narrow(1, 5, 1), null, cache[0]);
        Assert.True(attention.Forward(swapped).Narrow(1, 5, 1).AllClose(last, absolute: 1e-6));
        cache.Truncate(0);
        Assert.True(attention.Forward(x[..1]).AllClose(attention.Forward(x[..1], null, cache[0]), absolute: 1e-6));
        Assert.Equal("KeyValueCache(1 layers, 6 positions)", cache.ToString());
    }

    [Fact]
    public void What_does_not_continue_a_cache_is_refused_and_changes_nothing()
    {
        GroupedQueryAttention attention = new(8, 2);
        KeyValueCache cache = new(1);
        Exception recorded = Assert.Throws<InvalidOperationException>(() => attention.Forward(Tensor.Zeros(2, 3, 8), null, cache[0]));
        Assert.Contains("GradMode.NoGrad", recorded.Message);
        using GradMode.Region none = GradMode.NoGrad();
        attention.Forward(Tensor.Zeros(2, 3, 8), null, cache[0]);
        Exception batch = Assert.Throws<ShapeException>(() => attention.Forward(Tensor.Zeros(3, 1, 8), null, cache[0]));
        Assert.Contains("[2, 2, positions, 4]", batch.Message);
        Assert.Throws<DTypeException>(() => new GroupedQueryAttention(8, 2, dtype: DType.Float64)
            .Forward(Tensor.Zeros([2, 1, 8], DType.Float64), null, cache[0]));
        Assert.Throws<ShapeException>(() => cache[0].Append(Tensor.Zeros(2, 2, 1, 4), Tensor.Zeros(2, 2, 2, 4)));
        Assert.Throws<ArgumentOutOfRangeException>(() => cache.Truncate(4));
        Assert.Equal(3, cache.Length);
        Assert.Throws<InvalidOperationException>(() => new GroupedQueryAttention(8, 2, isCausal: false)
            .Forward(Tensor.Zeros(2, 1, 8), null, new KeyValueCache(1)[0]));
    }

    private static GroupedQueryAttention Made(int heads, int? window, string positions, DType dtype) => new(
        64, 4, heads, window: window, dtype: dtype,
        rotary: positions switch
        {
            "halves" => new RotaryPositions(16),
            "interleaved" => new RotaryPositions(16, layout: RotaryLayout.Interleaved),
            _ => null,
        },
        positionBias: positions switch
        {
            "alibi" => new AlibiBias(4),
            "relative" => new RelativePositionBias(4, isBidirectional: false, dtype: dtype),
            _ => null,
        },
        positionVectors: positions == "vectors" ? new RelativePositionVectors(16, 5, dtype: dtype) : null);
}
