using DeepLearning.Layers;
using DeepLearning.Models;

namespace DeepLearning.Tests.Models.Transformers;

/// <summary>What is decoded from a cache has the bits of the full pass.</summary>
[Trait("Rerun", "Simd")]
public sealed class TranslationCacheTests
{
    public static TheoryData<bool, long?, DType> Options => new()
    {
        { false, null, DType.Float32 }, { true, null, DType.Float32 }, { false, 0, DType.Float32 }, { true, 0, DType.Float64 },
        { false, null, DType.Float64 },
    };

    [Theory]
    [MemberData(nameof(Options))]
    public void Tokens_one_by_one_and_in_pieces_equal_the_full_pass(bool normFirst, long? pad, DType dtype)
    {
        TranslationTransformer model = Made(normFirst, pad, dtype);
        foreach (int batch in new[] { 1, 3 })
        {
            Tensor source = Tensor.RandInt(0, 9, [batch, 21], generator: new Generator(1));
            Tensor target = Tensor.RandInt(0, 7, [batch, 40], generator: new Generator(2));
            target.Narrow(1, 0, 1).FillInPlace(1L);
            using GradMode.Region none = GradMode.NoGrad();
            using BatchInvariance.Region region = BatchInvariance.Enable();
            Tensor full = model.Forward(source, target);
            foreach (int[] pieces in new int[][] { [.. Enumerable.Repeat(1, 40)], [13, 1, 1, 25], [1, 39], [40] })
            {
                TranslationCache cache = model.NewCache(source);
                List<Tensor> parts = [];
                foreach (int piece in pieces)
                {
                    parts.Add(model.Decode(target.Narrow(1, cache.Length, piece), cache));
                }

                Assert.True(full.Equal(Tensor.Cat([.. parts], 1)), $"batch {batch}, {pieces.Length} pieces");
            }
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData(0L)]
    public void Greedy_and_beam_search_give_what_the_full_pass_gives(long? pad)
    {
        TranslationTransformer model = Made(false, pad, DType.Float32);
        Tensor source = Tensor.RandInt(0, 9, [3, 8], generator: new Generator(1)), start = Tensor.Full([3, 1], 1L);
        using GradMode.Region none = GradMode.NoGrad();
        using BatchInvariance.Region region = BatchInvariance.Enable();
        Assert.True(Decoding.Greedy(model.Decoder(source), start, 12, endToken: 2).Equal(
            Decoding.Greedy(new FullPass(model, source), start, 12, endToken: 2)));
        IReadOnlyList<IReadOnlyList<BeamHypothesis>> cached = Decoding.Beam(model.Decoder(source), start, 12, 4, endToken: 2);
        IReadOnlyList<IReadOnlyList<BeamHypothesis>> full = Decoding.Beam(new FullPass(model, source), start, 12, 4, endToken: 2);
        for (int row = 0; row < 3; row++)
        {
            Assert.Equal(full[row].Select(static h => h.Score), cached[row].Select(static h => h.Score));
            Assert.Equal(full[row].SelectMany(static h => h.Tokens), cached[row].SelectMany(static h => h.Tokens));
        }
    }

    [Fact]
    public void What_does_not_continue_a_cache_is_refused_and_changes_nothing()
    {
        TranslationTransformer model = Made(false, 0, DType.Float32);
        TranslationCache cache = model.NewCache(Tensor.Ones([2, 5], DType.Int64));
        model.Decode(Tensor.Ones([2, 3], DType.Int64), cache);
        Assert.Equal("TranslationCache(2 layers, 2 examples, 3 positions)", cache.ToString());
        Assert.Contains("[2, tokens]", Assert.Throws<ShapeException>(() => model.Decode(Tensor.Ones([3, 1], DType.Int64), cache)).Message);
        Assert.Contains("[2, tokens]", Assert.Throws<ShapeException>(() => model.Decode(Tensor.Ones([2, 0], DType.Int64), cache)).Message);
        Assert.Throws<IndexException>(() => model.Decode(Tensor.Full([2, 1], 7L), cache));
        Assert.Throws<DTypeException>(() => model.Decode(Tensor.Ones(2, 1), cache));
        Assert.Equal(3, cache.Length);
        model.Train();
        Assert.Contains("Eval()", Assert.Throws<InvalidOperationException>(() => model.NewCache(Tensor.Ones([2, 5], DType.Int64))).Message);
        Assert.Throws<InvalidOperationException>(() => model.Decode(Tensor.Ones([2, 1], DType.Int64), cache));
    }

    private static TranslationTransformer Made(bool normFirst, long? pad, DType dtype)
    {
        TranslationTransformer model = new(
            new TranslationTransformerOptions(9, 7, 32, 4, 2, 2, 48, 0.1, pad, NormFirst: normFirst, DType: dtype), new Generator(5));
        model.Eval();
        return model;
    }

    /// <summary>Computes all tokens anew each time.</summary>
    private sealed class FullPass(TranslationTransformer model, Tensor source) : INextToken
    {
        private Tensor _source = source;

        public Tensor NextLogits(Tensor tokens) => model.Forward(_source, tokens).Select(1, -1);

        public void Reorder(Tensor rows) => _source = _source.IndexSelect(0, rows);
    }
}
