using System.Diagnostics;
using DeepLearning.Tests.Backends.Cpu;
using DeepLearning.Tests.Infrastructure;
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
                (1, 1, 1, 1), (1, 70, 8, 5), (5, 3, 4, 4), (3, 5, 2, 7), (64, 32, 16, 8), (65, 33, 3, 9), (100, 130, 24, 17), (130, 100, 33, 24),
                (33, 300, 5, 3),
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
    [MemberData(nameof(Shapes))]
    public void The_kernels_give_what_the_definition_gives(int queries, int keys, int width, int valueWidth, string mask)
    {
        foreach (DType dtype in new[] { DType.Float64, DType.Float32 })
        {
            foreach (double dropout in new[] { 0, 0.3 })
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
                        difference <= (dtype == DType.Float64 ? 1e-12 : 4e-6) * Math.Max(1, norm), $"{dtype} {dropout} {i}: {difference} of {norm}");
                }
            }
        }
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
