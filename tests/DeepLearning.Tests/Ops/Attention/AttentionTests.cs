using DeepLearning.Backends;
using DeepLearning.Tests.Backends.Cpu;
using Composed = DeepLearning.Fused;

namespace DeepLearning.Tests.Ops.Attention;

/// <summary>Scaled dot-product attention: the kernels of the processor against the definition, over shapes, masks and types.</summary>
[Collection("Thread setting")]
[Trait("Rerun", "Simd")]
public class AttentionTests
{
    /// <summary>Queries, keys, width, width of values, what is masked.</summary>
    public static TheoryData<int, int, int, int, string> Shapes
    {
        get
        {
            TheoryData<int, int, int, int, string> data = [];
            string[] masks = ["none", "causal", "bool", "keys", "row", "added", "added keys", "transposed", "empty rows", "one"];
            foreach ((int l, int s, int e, int v) in new[]
            {
                (1, 1, 1, 1), (1, 70, 8, 5), (5, 3, 4, 4), (3, 5, 2, 7), (64, 32, 16, 8), (65, 33, 3, 9), (100, 130, 24, 17),
                (130, 100, 33, 24), (33, 300, 5, 3),
            })
            {
                foreach (string mask in masks)
                {
                    data.Add(l, s, e, v, mask);
                }
            }

            return data;
        }
    }

    [Theory]
    [InlineData(7, 9, 5, 6)]
    [InlineData(70, 130, 17, 24)]
    [InlineData(3, 600, 8, 8)]
    public void Each_gradient_is_the_same_whichever_others_are_wanted(int queries, int keys, int width, int valueWidth)
    {
        Generator random = new(4);
        Tensor[] inputs =
        [
            Tensor.Randn([2, queries, width], DType.Float64, random), Tensor.Randn([2, keys, width], DType.Float64, random),
            Tensor.Randn([2, keys, valueWidth], DType.Float64, random),
        ];
        Tensor dy = Tensor.Randn([2, queries, valueWidth], DType.Float64, random);
        Tensor[] all = Gradients(0b111);
        for (int wanted = 1; wanted < 0b111; wanted++)
        {
            int[] places = [.. Enumerable.Range(0, 3).Where(i => (wanted >> i & 1) != 0)];
            Assert.All(Gradients(wanted).Zip(places), pair => Assert.True(pair.First.Equal(all[pair.Second]), $"{wanted}: {pair.Second}"));
        }

        Tensor[] Gradients(int wanted)
        {
            Tensor[] x = [.. inputs.Select(static input => input.Detach())];
            Tensor[] leaves = [.. x.Where((_, i) => (wanted >> i & 1) != 0)];
            foreach (Tensor leaf in leaves)
            {
                leaf.RequiresGrad = true;
            }

            return Autograd.Grad(Tensor.ScaledDotProductAttention(x[0], x[1], x[2]), leaves, dy);
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void The_kernels_give_what_the_definition_gives(int queries, int keys, int width, int valueWidth, string mask)
    {
        foreach (DType dtype in new[] { DType.Float64, DType.Float32 })
        {
            foreach (double dropout in dtype == DType.Float64 ? new[] { 0, 0.3 } : [0])
            {
                Tensor[] fast = Gradients(queries, keys, width, valueWidth, mask, dropout, dtype), slow;
                using (Composed.Compose())
                {
                    slow = Gradients(queries, keys, width, valueWidth, mask, dropout, dtype);
                }

                for (int i = 0; i < fast.Length; i++)
                {
                    double difference = (fast[i] - slow[i]).Norm().Item<double>(), norm = slow[i].Norm().Item<double>();
                    Assert.True(
                        difference <= (dtype == DType.Float64 ? 1e-12 : 4e-6) * Math.Max(1, norm),
                        $"{dtype} {dropout} {i}: {difference} of {norm}");
                }
            }
        }
    }

    [Theory]
    [InlineData(1, 200)]
    [InlineData(2, 130)]
    [InlineData(5, 1030)]
    [InlineData(20, 90)]
    public void Any_number_of_threads_gives_the_same_bits(int heads, int keys)
    {
        float[][] one = Bits(1);
        foreach (int threads in new[] { 2, 3, 7 })
        {
            Assert.Equal(one, Bits(threads));
        }

        float[][] Bits(int threads)
        {
            using ThreadSetting setting = new(threads);
            Generator random = new(8);
            Tensor q = Tensor.Randn([heads, 70, 9], generator: random), k = Tensor.Randn([heads, keys, 9], generator: random);
            Tensor v = Tensor.Randn([heads, keys, 5], generator: random);
            (q.RequiresGrad, k.RequiresGrad, v.RequiresGrad) = (true, true, true);
            Tensor y = Tensor.ScaledDotProductAttention(q, k, v, dropoutP: 0.1, generator: random);
            return [.. Autograd.Grad((y * y).Sum(), [q, k, v]).Append(y).Select(static x => x.ToArray<float>())];
        }
    }

    [Fact]
    public void Heads_of_one_projection_give_what_copies_of_them_give_and_lie_side_by_side_again()
    {
        Generator random = new(2);
        Tensor all = Tensor.Randn([2, 40, 3 * 12], DType.Float64, random), dy = Tensor.Randn([2, 3, 40, 4], DType.Float64, random);
        all.RequiresGrad = true;
        Tensor Part(int i) => all.Narrow(-1, 12 * i, 12).Unflatten(-1, 3, 4).Permute(0, 2, 1, 3);
        Tensor y = Tensor.ScaledDotProductAttention(Part(0), Part(1), Part(2), isCausal: true);
        Tensor copies = Tensor.ScaledDotProductAttention(Part(0).Contiguous(), Part(1).Contiguous(), Part(2).Contiguous(), isCausal: true);
        Assert.True(y.Permute(0, 2, 1, 3).IsContiguous);
        Assert.Equal(copies.ToArray<double>(), y.ToArray<double>());
        Assert.Equal(Autograd.Grad(copies, all, dy).ToArray<double>(), Autograd.Grad(y, all, dy).ToArray<double>());
    }

    [Theory]
    [InlineData(DType.Float16)]
    [InlineData(DType.BFloat16)]
    public void Narrow_types_are_rounded_once_at_the_end(DType dtype)
    {
        Generator random = new(6);
        Tensor[] narrow = [.. Enumerable.Range(0, 4).Select(_ => Tensor.Randn([2, 70, 8], generator: random).To(dtype))];
        Tensor[] wide = [.. narrow.Select(static x => x.To(DType.Float32))];
        Tensor[] Results(Tensor[] x)
        {
            Tensor[] leaves = [.. x[..3].Select(static one => one.Detach())];
            Array.ForEach(leaves, static one => one.RequiresGrad = true);
            Tensor y = Tensor.ScaledDotProductAttention(leaves[0], leaves[1], leaves[2], isCausal: true);
            return [y.Detach(), .. Autograd.Grad(y, leaves, x[3])];
        }

        foreach ((Tensor found, Tensor exact) in Results(narrow).Zip(Results(wide)))
        {
            Assert.Equal(dtype, found.DType);
            Assert.True(found.Equal(exact.To(dtype)));
        }
    }

    [Fact]
    public void A_query_without_a_visible_key_gives_zeros_and_takes_and_gives_no_gradient()
    {
        Generator random = new(9);
        Tensor q = Tensor.Randn([3, 4], generator: random), k = Tensor.Randn([5, 4], generator: random);
        Tensor v = Tensor.Randn([5, 4], generator: random), mask = Tensor.Ones([3, 5], DType.Bool);
        mask[1] = false;
        (q.RequiresGrad, k.RequiresGrad, v.RequiresGrad) = (true, true, true);
        Tensor y = Tensor.ScaledDotProductAttention(q, k, v, mask);
        Assert.Equal(new float[4], y[1].ToArray<float>());
        Tensor[] all = Autograd.Grad(y.Sum(), [q, k, v], retainGraph: true), without = Autograd.Grad(y[1].Sum(), [q, k, v]);
        Assert.Equal(new float[4], all[0][1].ToArray<float>());
        Assert.All(without, static gradient => Assert.True(gradient.EqualTo(0).All().Item<bool>()));
        Assert.All(all, static gradient => Assert.True(gradient.IsFinite().All().Item<bool>()));
    }

    [Fact]
    public void Scores_far_from_zero_lose_nothing_to_overflow()
    {
        Tensor q = Tensor.From(new float[,] { { 300 }, { -300 } }), k = Tensor.From(new float[,] { { 300 }, { 299 }, { -300 } });
        Tensor v = Tensor.From(new float[,] { { 1 }, { 2 }, { 3 } });
        Assert.Equal([1f, 3f], Tensor.ScaledDotProductAttention(q, k, v, scale: 1).ToArray<float>());
        Tensor far = Tensor.ScaledDotProductAttention(q, k, v, Tensor.Full([1, 1], -1e30), scale: 1);
        Assert.True(far.IsFinite().All().Item<bool>());
    }

    [Fact]
    public void Scores_that_grow_from_block_to_block_are_shifted_anew()
    {
        // 200 keys, each by 5 above the one before: the last two take all the weight.
        Tensor q = Tensor.Ones([70, 1]), v = Tensor.Arange(200).To(DType.Float32), k = (v * 5).Unsqueeze(-1);
        float expected = 199 - (float)(Math.Exp(-5) / (1 + Math.Exp(-5))) - (float)(2 * Math.Exp(-10));
        Tensor y = Tensor.ScaledDotProductAttention(q, k, v.Unsqueeze(-1), scale: 1);
        Assert.All(y.ToArray<float>(), value => Assert.Equal(expected, value, 1e-3));
    }

    [Fact]
    public void Dropout_keeps_the_mean_and_each_draw_differs()
    {
        Generator random = new(1);
        Tensor q = Tensor.Randn([4, 64, 8], generator: random), k = Tensor.Randn([4, 300, 8], generator: random);
        Tensor ones = Tensor.Ones([4, 300, 1]);
        Tensor first = Tensor.ScaledDotProductAttention(q, k, ones, dropoutP: 0.25, generator: random);
        Tensor second = Tensor.ScaledDotProductAttention(q, k, ones, dropoutP: 0.25, generator: random);
        Assert.InRange(first.Mean().Item<float>(), 0.98f, 1.02f);
        Assert.InRange(first.Std().Item<float>(), 0.02f, 0.3f);
        Assert.False(first.Equal(second));
        Assert.True(Tensor.ScaledDotProductAttention(q, k, ones, dropoutP: 1, generator: random).EqualTo(0).All().Item<bool>());
    }

    [Fact]
    public void Memory_grows_with_the_length_and_not_with_its_square()
    {
        const int width = 8;
        (long small, long large) = (Bytes(1024), Bytes(4096));
        Assert.InRange(large, 1, 4.5 * small);
        Assert.InRange(large, 1, 4096L * width * sizeof(float) * 20);
        using (Composed.Compose())
        {
            Assert.True(Bytes(4096) > 4096L * 4096 * sizeof(float));
        }

        // What a step holds at once and leaves to the pool.
        static long Bytes(int length)
        {
            BufferPool.Trim();
            long before = BufferPool.Outstanding + BufferPool.Pooled;
            Tensor x = Tensor.Randn([1, length, width]);
            x.RequiresGrad = true;
            Tensor y = Tensor.ScaledDotProductAttention(x, x, x, isCausal: true);
            long kept = BufferPool.Outstanding + BufferPool.Pooled - before;
            Tensor gradient = Autograd.Grad(y.Sum(), x);
            long bytes = Math.Max(kept, BufferPool.Outstanding + BufferPool.Pooled - before);
            GC.KeepAlive((x, y, gradient));
            return bytes;
        }
    }

    [Fact]
    public void A_backward_pass_after_a_change_of_the_result_in_place_is_refused()
    {
        Tensor x = Tensor.Randn(3, 4);
        x.RequiresGrad = true;
        Tensor y = Tensor.ScaledDotProductAttention(x, x, x);
        y.MultiplyInPlace(2);
        Assert.Throws<AutogradException>(() => y.Sum().Backward());
    }

    private static Tensor[] Gradients(int queries, int keys, int width, int valueWidth, string kind, double dropout, DType dtype)
    {
        Generator random = new(3);
        Tensor q = Tensor.Randn([2, 3, queries, width], dtype, random), k = Tensor.Randn([2, 3, keys, width], dtype, random);
        Tensor v = Tensor.Randn([2, 3, keys, valueWidth], dtype, random);
        (q.RequiresGrad, k.RequiresGrad, v.RequiresGrad) = (true, true, true);
        Tensor some = Tensor.Rand([2, 3, queries, keys], dtype, random);
        Tensor? mask = kind switch
        {
            "bool" => some.Greater(0.4),
            "keys" => some[.., ..1, ..1].Greater(0.4),
            "row" => some[0, 0, .., ..1].Greater(0.4),
            "added" => some.MaskedFill(some.Greater(0.7), double.NegativeInfinity),
            "added keys" => some[.., ..1, ..1].MaskedFill(some[.., ..1, ..1].Greater(0.7), double.NegativeInfinity),
            "transposed" => some.T.Contiguous().T.MaskedFill(some.Greater(0.7), double.NegativeInfinity).T.Contiguous().T,
            "empty rows" => some.Greater(0.4) & (Tensor.Arange(queries) % 3).NotEqualTo(1).Unsqueeze(-1),
            "one" => Tensor.Zeros([1, 1], dtype),
            _ => null,
        };
        Tensor y = Tensor.ScaledDotProductAttention(q, k, v, mask, dropout, kind == "causal", generator: random);
        Tensor dy = Tensor.Randn(y.Shape, dtype, new Generator(4));
        return [y.Detach(), .. Autograd.Grad(y, [q, k, v], dy)];
    }
}
