using DeepLearning.Formats;
using DeepLearning.Layers;
using DeepLearning.Pretrained;

namespace DeepLearning.Tests.Pretrained;

public sealed class QuantizationTests
{
    private static readonly Random _random = new(5);

    public static TheoryData<GgufType> Types =>
        [GgufType.Q8_0, GgufType.Q4_0, GgufType.Q4_K, GgufType.Q6_K, GgufType.Q4_1, GgufType.Q5_0, GgufType.Q5_1, GgufType.Q2_K,
            GgufType.Q3_K, GgufType.Q5_K, GgufType.Q8_K];

    [Theory]
    [MemberData(nameof(Types))]
    public void A_product_with_blocks_is_that_with_the_decoded_numbers(GgufType type)
    {
        foreach (int columns in (int[])[256, 768, .. type is GgufType.Q8_0 or GgufType.Q4_0 ? [32, 96, 160] : Array.Empty<int>()])
        {
            Tensor blocks = Blocks(type, rows: 37, columns);
            QuantizedMatrix matrix = QuantizedMatrix.FromBlocks(blocks, type);
            Assert.Equal((37, columns), (matrix.Rows, matrix.Columns));
            Tensor decoded = matrix.Dequantize();
            Assert.Equal(Gguf.Dequantize(blocks, type).ToArray<float>(), decoded.ToArray<float>());
            foreach (int count in (int[])[1, 3, 4, 9])
            {
                Tensor x = Tensor.Randn([count, columns], generator: new Generator(3)) * 3;
                bool isRounded = type is GgufType.Q8_0 or GgufType.Q4_0 or GgufType.Q4_K or GgufType.Q6_K;
                Tensor expected = (isRounded ? Rounded(x, 32) : x).To(DType.Float64).MatMul(decoded.To(DType.Float64).T);
                Tensor scale = x.Abs().To(DType.Float64).MatMul(decoded.Abs().To(DType.Float64).T);
                double worst = ((matrix.Linear(x, null).To(DType.Float64) - expected).Abs() / (scale + 1e-6)).Max().Item<double>();
                Assert.True(worst < 2e-6, $"{type} {columns} {count}: {worst:E2}");

                // Whatever stands beside a row, its products have the same bits.
                Tensor each = Tensor.Cat([.. Enumerable.Range(0, count).Select(i => matrix.Linear(x[i..(i + 1)], null))]);
                Assert.True(each.Equal(matrix.Linear(x, null)));
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(31)]
    [InlineData(32)]
    [InlineData(100)]
    [InlineData(515)]
    public void Rows_of_8_bits_with_a_scale_each_have_any_length(int columns)
    {
        Tensor weight = Tensor.Randn([19, columns], generator: new Generator(1));
        QuantizedMatrix matrix = QuantizedMatrix.Of(weight, QuantizationKind.Int8Rows);
        Tensor decoded = matrix.Dequantize();
        Assert.True(((decoded - weight).Abs() <= (weight.Abs().Amax(1, keepDim: true) / 253)).All().Item<bool>());
        Tensor x = Tensor.Randn([2, 3, columns], generator: new Generator(2));
        Tensor bias = Tensor.Randn([19], generator: new Generator(4));
        Tensor expected = Rounded(x, columns).To(DType.Float64).MatMul(decoded.To(DType.Float64).T) + bias;
        Tensor actual = matrix.Linear(x, bias);
        Assert.Equal([2, 3, 19], actual.Shape);
        Assert.True((actual - expected).Abs().Max().Item<double>() < 1e-5 * columns);

        // The last numbers of a row count, and 0 alone is 0.
        Assert.Equal(0, QuantizedMatrix.Of(Tensor.Zeros(2, columns), QuantizationKind.Int8Rows).Linear(x, null).Abs().Max().Item<float>());
    }

    [Fact]
    public void Results_do_not_depend_on_the_number_of_threads()
    {
        int threads = Parallelism.Threads;
        try
        {
            foreach (QuantizationKind kind in Enum.GetValues<QuantizationKind>())
            {
                QuantizedMatrix matrix = QuantizedMatrix.Of(Tensor.Randn([700, 512], generator: new Generator(1)), kind);
                Tensor x = Tensor.Randn([5, 512], generator: new Generator(2));
                Parallelism.Threads = 1;
                Tensor alone = matrix.Linear(x, null);
                foreach (int count in (int[])[2, 3, 8])
                {
                    Parallelism.Threads = count;
                    Assert.True(alone.Equal(matrix.Linear(x, null)));
                }
            }
        }
        finally
        {
            Parallelism.Threads = threads;
        }
    }

    [Fact]
    public void What_is_not_finite_stays_so_and_what_does_not_fit_is_refused()
    {
        QuantizedMatrix matrix = QuantizedMatrix.Of(Tensor.Randn([4, 64], generator: new Generator(1)), QuantizationKind.Int8Blocks);
        Tensor x = Tensor.Ones(1, 64);
        x[0, 40] = float.NaN;
        Assert.True(matrix.Linear(x, null).IsNaN().All().Item<bool>());
        x[0, 40] = float.PositiveInfinity;
        Assert.False(matrix.Linear(x, null).IsFinite().Any().Item<bool>());
        Assert.Throws<ShapeException>(() => matrix.Linear(Tensor.Ones(1, 63), null));
        Assert.Throws<ArgumentException>(() => QuantizedMatrix.Of(Tensor.Ones(4, 33), QuantizationKind.Int4Blocks));
        Assert.Throws<ArgumentException>(() => QuantizedMatrix.Of(Tensor.Full([4, 33], double.NaN), QuantizationKind.Int8Rows));
        Assert.Throws<ArgumentException>(() => QuantizedMatrix.FromBlocks(Tensor.Zeros([4, 35], DType.UInt8), GgufType.Q8_0));
        Assert.Throws<ArgumentException>(() => QuantizedMatrix.FromBlocks(Tensor.Zeros([4, 66], DType.UInt8), GgufType.IQ2_XXS));
        Assert.Equal([0, 4], matrix.Linear(Tensor.Zeros(0, 64), null).Shape);
    }

    [Theory]
    [InlineData(QuantizationKind.Int8Rows, 0.03)]
    [InlineData(QuantizationKind.Int8Blocks, 0.03)]
    [InlineData(QuantizationKind.Int4Blocks, 0.35)]
    public void A_model_is_quantized_in_place(QuantizationKind kind, double tolerance)
    {
        string config = File.ReadAllText(Path.Combine(Recorded.PathOf("bert_masked"), "config.json"))
            .Replace("\"hidden_size\": 16", "\"hidden_size\": 64", StringComparison.Ordinal)
            .Replace("\"intermediate_size\": 24", "\"intermediate_size\": 96", StringComparison.Ordinal)
            .Replace("\"initializer_range\": 0.02", "\"initializer_range\": 0.2", StringComparison.Ordinal);
        PretrainedModel model = PretrainedModel.FromConfig(config, new() { Generator = new Generator(1) }).Eval();
        using GradMode.Region none = GradMode.NoGrad();
        Tensor before = model.Forward(Recorded.Inputs("bert_masked")).Hidden!;
        Assert.Throws<ArgumentException>(() => model.Quantize(kind, "nothing*"));
        Assert.Equal(12, model.Quantize(kind, "*encoder.layer.*"));
        Tensor after = model.Forward(Recorded.Inputs("bert_masked")).Hidden!;
        double error = (before - after).Norm().Item<double>() / before.Norm().Item<double>();
        Assert.True(error > 0 && error < tolerance, $"{error}");
        Assert.Contains("quantized", Assert.Throws<InvalidOperationException>(() => model.SaveTo("nowhere")).Message,
            StringComparison.Ordinal);
        Assert.DoesNotContain(model.NamedParameters(), static p => p.Name.EndsWith("query.weight", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(QuantizationKind.Int8Rows, 0.03)]
    [InlineData(QuantizationKind.Int8Blocks, 0.03)]
    [InlineData(QuantizationKind.Int4Blocks, 0.35)]
    public void Tables_are_quantized_with_the_layers_that_share_them(QuantizationKind kind, double tolerance)
    {
        string config = File.ReadAllText(Path.Combine(Recorded.PathOf("bert_masked"), "config.json"))
            .Replace("\"hidden_size\": 16", "\"hidden_size\": 64", StringComparison.Ordinal)
            .Replace("\"initializer_range\": 0.02", "\"initializer_range\": 0.2", StringComparison.Ordinal);
        PretrainedModel model = PretrainedModel.FromConfig(config, new() { Generator = new Generator(1) }).Eval();
        using GradMode.Region none = GradMode.NoGrad();
        Tensor before = model.Forward(Recorded.Inputs("bert_masked")).Logits!;
        long bytes = model.WeightBytes;
        long tables = 4 * model.NamedParameters().Where(static p => p.Name.Contains("_embeddings.", StringComparison.Ordinal))
            .Sum(static p => p.Parameter.Count);
        Assert.Equal(3, model.QuantizeTables(kind));
        Assert.Equal(0, model.QuantizeTables(kind));
        Tensor after = model.Forward(Recorded.Inputs("bert_masked")).Logits!;
        double error = (before - after).Norm().Item<double>() / before.Norm().Item<double>();
        Assert.True(error > 0 && error < tolerance, $"{error}");
        Assert.DoesNotContain(model.NamedParameters(), static p => p.Name.EndsWith("embeddings.weight", StringComparison.Ordinal));
        Assert.InRange(bytes - model.WeightBytes, tables * 0.7, tables * 0.9);
        Assert.Throws<InvalidOperationException>(() => model.SaveTo("nowhere"));
    }

    /// <summary>Random bytes whose scales are moderate, as in a file.</summary>
    internal static Tensor Blocks(GgufType type, int rows, int columns, Random? given = null)
    {
        Random random = given ?? _random;
        (int elements, int size, int[] scales) = type switch
        {
            GgufType.Q8_0 => (32, 34, [0]),
            GgufType.Q4_0 => (32, 18, [0]),
            GgufType.Q4_1 => (32, 20, [0, 2]),
            GgufType.Q5_0 => (32, 22, [0]),
            GgufType.Q5_1 => (32, 24, [0, 2]),
            GgufType.Q2_K => (256, 84, [80, 82]),
            GgufType.Q3_K => (256, 110, [108]),
            GgufType.Q4_K => (256, 144, [0, 2]),
            GgufType.Q5_K => (256, 176, [0, 2]),
            GgufType.Q6_K => (256, 210, new[] { 208 }),
            _ => (256, 292, []),
        };
        byte[] bytes = new byte[rows * columns / elements * size];
        random.NextBytes(bytes);
        for (int block = 0; block < bytes.Length; block += size)
        {
            foreach (int at in scales)
            {
                // Subnormal ones and 0 among them.
                Half scale = (Half)(random.NextDouble() < 0.1 ? 3e-6 * random.Next(3) : random.NextDouble() - 0.5);
                BitConverter.TryWriteBytes(bytes.AsSpan(block + at), scale);
            }

            if (type == GgufType.Q8_K)
            {
                BitConverter.TryWriteBytes(bytes.AsSpan(block), (float)random.NextDouble());
            }
        }

        return Tensor.From(bytes, rows, bytes.Length / rows);
    }

    /// <summary>The numbers that stand for an input: each block rounded to 8 bits by its greatest.</summary>
    private static Tensor Rounded(Tensor x, int block)
    {
        float[] all = x.ToArray<float>();
        int columns = x.Size(-1);
        for (int row = 0; row < all.Length; row += columns)
        {
            for (int start = 0; start < columns; start += block)
            {
                Span<float> part = all.AsSpan(row + start, Math.Min(block, columns - start));
                float most = 0;
                foreach (float value in part)
                {
                    most = Math.Max(most, Math.Abs(value));
                }

                foreach (ref float value in part)
                {
                    value = MathF.Round(value * (127 / most)) * (most / 127);
                }
            }
        }

        return Tensor.From(all, x.Shape.ToArray());
    }
}
