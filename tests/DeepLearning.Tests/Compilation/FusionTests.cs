using DeepLearning.Layers;

namespace DeepLearning.Tests.CompilationTests;

/// <summary>What becomes one step of a compiled model, and that it computes the same.</summary>
public sealed class FusionTests
{
    [Fact]
    public void A_convolution_takes_the_residual_and_the_activation_behind_it()
    {
        Residual model = new();
        Tensor x = Tensor.Randn(2, 8, 9, 7);
        CompiledModel compiled = model.Compile(x);
        Assert.Contains("Conv2d, Add, Relu  in second", compiled.ToString(), StringComparison.Ordinal);
        Assert.Contains("Conv2d, Relu  in first", compiled.ToString(), StringComparison.Ordinal);
        AssertClose(Eager(model, x), compiled.Forward(x));
    }

    /// <summary>One large image is cut into bands of rows, each of which reads its part of the residual.</summary>
    [Fact]
    public void A_convolution_in_bands_takes_its_part_of_the_residual()
    {
        Generator generator = new(7);
        DeepLearning.Layers.Residual model = new(new Conv2d(7, 7, 3, padding: 1, generator: generator));
        Tensor x = Tensor.Randn([1, 7, 83, 79], generator: generator), expected = Eager(model, x);
        Assert.Equal(expected.ToArray<float>(), model.Compile(x).Forward(x).ToArray<float>());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(50)]
    public void A_convolution_of_small_images_takes_the_activation_behind_it(int images)
    {
        Sequential model = new(new Conv2d(12, 9, 3, 2, 1), new ReLU());
        Tensor x = Tensor.Randn(images, 12, 5, 5);
        CompiledModel compiled = model.Compile(x);
        Assert.Contains("Conv2d, Relu", compiled.ToString(), StringComparison.Ordinal);
        AssertClose(Eager(model, x), compiled.Forward(x));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(33)]
    public void A_linear_map_takes_the_activation_behind_it(int rows)
    {
        Sequential model = new(new Linear(130, 700), new GELU(), new Linear(700, 50), new Sigmoid());
        Tensor x = Tensor.Randn(rows, 130);
        CompiledModel compiled = model.Compile(x);
        Assert.Equal(rows > 2, compiled.ToString().Contains("Linear, Gelu", StringComparison.Ordinal));
        AssertClose(Eager(model, x), compiled.Forward(x));
    }

    [Fact]
    public void A_linear_map_over_more_axes_takes_what_is_behind_it_too()
    {
        Sequential model = new(new Linear(130, 700), new GELU(), new Linear(700, 50));
        Tensor x = Tensor.Randn(3, 11, 130);
        CompiledModel compiled = model.Compile(x);
        Assert.Contains("Linear, Reshape, Gelu", compiled.ToString(), StringComparison.Ordinal);
        Tensor y = compiled.Forward(x);
        Assert.Equal([3, 11, 50], y.Shape.ToArray());
        AssertClose(Eager(model, x), y);
    }

    [Fact]
    public void Another_shape_of_the_same_memory_does_not_part_operations()
    {
        Tensor a = Tensor.Randn(300), b = Tensor.Randn(60, 5);
        Module holder = new Identity();
        Func<Tensor[], Tensor[]> forward = static x =>
            [((x[0] * 0.5).Exp().Reshape(60, 5) + x[1]).Sin(), x[0].Exp().Reshape(60, 5).T.Sin()];
        CompiledModel compiled = holder.Compile(forward, [a, b]);
        Assert.Contains("Exp, Reshape, Add, Sin", compiled.ToString(), StringComparison.Ordinal);
        Tensor[] expected = forward([a, b]), y = compiled.Forward([a, b]);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i].Shape, y[i].Shape);
            Assert.Equal(expected[i].ToArray<float>(), y[i].ToArray<float>());
        }
    }

    [Theory]
    [InlineData(DType.Float32)]
    [InlineData(DType.Float64)]
    public void Elementwise_operations_in_a_row_are_one_step_with_the_same_bits(DType dtype)
    {
        Tensor a = Tensor.Randn([5000], dtype), b = Tensor.Randn([5000], dtype);
        Chained model = new(x => (((x[0] * x[1]) + 0.5).Tanh() - x[1]) * x[0], dtype);
        CompiledModel compiled = model.Compile([a, b]);
        Assert.Contains("1 operation", compiled.ToString(), StringComparison.Ordinal);
        Assert.Equal(model.Eager(a, b).ToArray<double>(), compiled.Forward([a, b])[0].To(DType.Float64).ToArray<double>());
    }

    [Fact]
    public void A_value_that_is_read_twice_or_comes_out_is_kept()
    {
        Tensor a = Tensor.Randn(300), b = Tensor.Randn(300);
        Module holder = new Identity();
        CompiledModel compiled = holder.Compile(
            x =>
            {
                Tensor middle = (x[0] + x[1]).Exp();
                Tensor other = middle.Sin() * middle;
                return [other, middle];
            },
            [a, b]);
        Tensor[] y = compiled.Forward([a, b]);
        Tensor wanted = (a + b).Exp();
        Assert.Equal(wanted.ToArray<float>(), y[1].ToArray<float>());
        Assert.Equal((wanted.Sin() * wanted).ToArray<float>(), y[0].ToArray<float>());
    }

    [Fact]
    public void Inputs_keep_their_values()
    {
        Tensor a = Tensor.Randn(300), b = Tensor.Randn(300);
        float[] before = a.ToArray<float>();
        CompiledModel compiled = new Identity().Compile(x => [(x[0] + x[1]).Relu().Exp()], [a, b]);
        compiled.Forward([a, b]);
        Assert.Equal(before, a.ToArray<float>());
    }

    /// <summary>Random programs of elementwise operations: the same bits as operations one by one, whatever is joined.</summary>
    [Fact]
    public void Random_programs_give_the_bits_of_single_operations()
    {
        for (int seed = 0; seed < 60; seed++)
        {
            int[][] shapes = [[4, 300], [4, 300], [1, 1], [4, 300], [300]];
            Generator generator = new((ulong)seed);
            Tensor[] inputs = [.. shapes.Select(shape => Tensor.Randn(shape, generator: generator))];
            int program = seed;
            CompiledModel compiled = new Identity().Compile(x => Program(x, program), inputs);
            Tensor[] expected = Program(inputs, program), got = compiled.Forward(inputs), again = compiled.Forward(inputs);
            for (int i = 0; i < expected.Length; i++)
            {
                Assert.True(expected[i].ToArray<float>().AsSpan().SequenceEqual(got[i].ToArray<float>()), $"program {seed}\n{compiled}");
                Assert.True(expected[i].ToArray<float>().AsSpan().SequenceEqual(again[i].ToArray<float>()), $"program {seed}, second run");
            }
        }
    }

    private static Tensor[] Program(Tensor[] inputs, int seed)
    {
        Random random = new(seed);
        List<Tensor> values = [.. inputs];
        for (int i = 0; i < 12; i++)
        {
            // The newest value as a rule, so that there are rows of operations.
            Tensor x = random.Next(4) > 0 ? values[^1] : values[random.Next(values.Count)], y = values[random.Next(values.Count)];
            values.Add(random.Next(8) switch
            {
                0 => x.Tanh(),
                1 => x.Relu(),
                2 => x * 0.75,
                3 => x + y,
                4 => x * y,
                5 => x.Maximum(y),
                6 => x.Sigmoid() - 0.5,
                _ => x - y,
            });
        }

        return random.Next(3) == 0 ? [values[^1], values[^3]] : [values[^1]];
    }

    private static Tensor Eager(Module<Tensor, Tensor> model, Tensor x)
    {
        using GradMode.Region region = GradMode.NoGrad();
        model.Eval();
        return model.Forward(x);
    }

    private static void AssertClose(Tensor expected, Tensor got) =>
        Assert.True((expected - got).Abs().Max().Item<float>() <= 1e-6f * expected.Abs().Max().Item<float>(), $"{expected}\n{got}");

    private sealed class Residual : Module<Tensor, Tensor>
    {
        private readonly Conv2d _first = new(8, 8, 3, padding: 1);
        private readonly Conv2d _second = new(8, 8, 3, padding: 1);

        public override Tensor Forward(Tensor x) => (_second.Forward(_first.Forward(x).Relu()) + x).Relu();
    }

    private sealed class Chained(Func<Tensor[], Tensor> formula, DType dtype) : Module
    {
        public CompiledModel Compile(Tensor[] inputs) => this.Compile(x => [formula(x)], inputs);

        public Tensor Eager(Tensor a, Tensor b) => formula([a, b]) is { } y && y.DType == dtype ? y.To(DType.Float64) : throw new
            InvalidOperationException("Another type.");
    }
}
