using DeepLearning.Layers;
using DeepLearning.Optimizers;

namespace DeepLearning.Tests.CompilationTests;

public class CompilationTests
{
    public static TheoryData<string> Folded() => [.. s_folded.Keys];

    private static readonly Dictionary<string, (Func<Module<Tensor, Tensor>> Make, int[] Input)> s_folded = new()
    {
        ["linear"] = (() => new Sequential(new Linear(5, 4), new BatchNorm1d(4)), [3, 5]),
        ["linear without bias"] = (() => new Sequential(new Linear(5, 4, bias: false), new BatchNorm1d(4)), [3, 5]),
        ["1 axis"] = (() => new Sequential(new Conv1d(2, 4, 3), new BatchNorm1d(4)), [3, 2, 7]),
        ["2 axes"] = (() => new Sequential(new Conv2d(2, 4, 3, bias: false), new BatchNorm2d(4)), [3, 2, 7, 6]),
        ["groups"] = (() => new Sequential(new Conv2d(4, 6, 3, groups: 2), new BatchNorm2d(6)), [3, 4, 7, 6]),
        ["3 axes"] = (() => new Sequential(new Conv3d(2, 4, 2), new BatchNorm3d(4)), [2, 2, 4, 4, 4]),
        ["transposed"] = (() => new Sequential(new ConvTranspose2d(4, 6, 3), new BatchNorm2d(6)), [2, 4, 5, 5]),
        ["transposed groups"] = (() => new Sequential(new ConvTranspose2d(4, 6, 3, groups: 2), new BatchNorm2d(6)), [2, 4, 5, 5]),
        ["no affine"] = (() => new Sequential(new Conv2d(2, 4, 3), new BatchNorm2d(4, affine: false)), [3, 2, 7, 6]),
    };

    [Theory]
    [MemberData(nameof(Folded))]
    public void Batch_normalization_becomes_part_of_the_layer_before_it(string name)
    {
        (Func<Module<Tensor, Tensor>> make, int[] shape) = s_folded[name];
        Module<Tensor, Tensor> model = Trained(make());
        Tensor x = Tensor.Randn(shape);
        CompiledModel compiled = model.Compile(x);
        Assert.DoesNotContain("BatchNorm", compiled.ToString(), StringComparison.Ordinal);
        Assert.Contains("1 operation", compiled.ToString(), StringComparison.Ordinal);
        AssertSame(model, compiled, Tensor.Randn(shape));
    }

    [Fact]
    public void A_normalization_whose_layer_is_read_elsewhere_too_stays()
    {
        Conv2d convolution = new(2, 2, 1);
        BatchNorm2d norm = Trained(new BatchNorm2d(2));
        Module<Tensor, Tensor> model = new Model(
            x =>
            {
                Tensor y = convolution.Forward(x);
                return y + norm.Forward(y);
            },
            convolution, norm);
        Tensor x = Tensor.Randn(2, 2, 3, 3);
        CompiledModel compiled = model.Compile(x);
        Assert.Contains("BatchNorm", compiled.ToString(), StringComparison.Ordinal);
        AssertSame(model, compiled, Tensor.Randn(2, 2, 3, 3));
    }

    [Fact]
    public void What_is_written_in_place_is_nobody_elses()
    {
        Linear linear = new(4, 4);
        Module<Tensor, Tensor> model = new Model(
            x =>
            {
                // y is read after the sigmoid, its view after y's last use, the input by everybody.
                Tensor y = linear.Forward(x), view = y.T, a = y.Sigmoid(), b = (y + a).Relu();
                return (b * view) + x.Tanh() + linear.Weight.Relu();
            },
            linear);
        Tensor x = Tensor.Randn(4, 4), copy = x.Clone(), weight = linear.Weight.Detach().Clone();
        CompiledModel compiled = model.Compile(x);
        AssertSame(model, compiled, x);
        Assert.True(x.Equal(copy) && linear.Weight.Detach().Equal(weight));
        Assert.Contains("in place", compiled.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Any_number_of_threads_run_it_at_once()
    {
        Sequential model = new(new Conv2d(1, 4, 3), new BatchNorm2d(4), new GELU(), new Flatten(), new Linear(4 * 6 * 6, 3));
        Tensor[] inputs = [.. Enumerable.Range(0, 8).Select(static _ => Tensor.Randn(2, 1, 8, 8))];
        CompiledModel compiled = model.Compile(inputs[0]);
        Tensor[] alone = Array.ConvertAll(inputs, compiled.Forward);
        Parallel.For(0, 200, i => Assert.True(compiled.Forward(inputs[i % 8]).Equal(alone[i % 8])));
    }

    [Fact]
    public void It_takes_the_batch_sizes_that_it_was_told_and_no_others()
    {
        Sequential model = new(new Conv2d(1, 2, 3), new ReLU(), new Flatten(), new Linear(72, 3));
        CompiledModel compiled = model.Compile(Tensor.Randn(2, 1, 8, 8), 1, 5, 5, 0);
        Assert.Equal(["[1, 1, 8, 8]", "[5, 1, 8, 8]", "[0, 1, 8, 8]"], compiled.InputShapes.Select(static shapes => shapes[0].ToString()));
        foreach (int size in (int[])[1, 5, 0])
        {
            AssertSame(model, compiled, Tensor.Randn(size, 1, 8, 8));
        }

        ShapeException error = Assert.Throws<ShapeException>(() => compiled.Forward(Tensor.Randn(2, 1, 8, 8)));
        Assert.Contains("not compiled for float32[2, 1, 8, 8]", error.Message, StringComparison.Ordinal);
        Assert.Contains("float32[5, 1, 8, 8]", error.Message, StringComparison.Ordinal);
        Assert.Throws<ShapeException>(() => compiled.Forward(Tensor.Randn([1, 1, 8, 8], DType.Float64)));
        Assert.Throws<ShapeException>(() => compiled.Forward(Tensor.Randn(1, 1, 8, 8), Tensor.Randn(1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => model.Compile(Tensor.Randn(2, 1, 8, 8), -1));
        Assert.Throws<ShapeException>(() => model.Compile(Tensor.Randn(0, 1, 8, 8), 1));
    }

    [Fact]
    public void It_takes_a_view_of_any_layout()
    {
        Sequential model = new(new Flatten(), new Linear(6, 2));
        CompiledModel compiled = model.Compile(Tensor.Randn(3, 2, 3));
        AssertSame(model, compiled, Tensor.Randn(3, 3, 2).Transpose(1, 2));
    }

    [Fact]
    public void After_its_parameters_have_changed_it_refuses()
    {
        Linear model = new(3, 2);
        Tensor x = Tensor.Randn(4, 3);
        CompiledModel compiled = model.Compile(x);
        SGD optimizer = new(model.Parameters(), 0.1);
        model.Forward(x).Sum().Backward();
        optimizer.Step();
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => compiled.Forward(x));
        Assert.Contains("weight has changed", error.Message, StringComparison.Ordinal);
        AssertSame(model, model.Compile(x), x);
    }

    [Fact]
    public void A_buffer_that_changes_is_seen_too()
    {
        BatchNorm1d model = new(3);
        CompiledModel compiled = model.Compile(Tensor.Randn(4, 3));
        model.Train();
        model.Forward(Tensor.Randn(4, 3));
        Assert.Throws<InvalidOperationException>(() => compiled.Forward(Tensor.Randn(4, 3)));
    }

    public static TheoryData<string> Refused() => [.. s_refused.Keys];

    private static readonly Dictionary<string, (Func<Tensor, Tensor> Forward, string Words)> s_refused = new()
    {
        ["a branch"] = (static x => x.Sum().Item<float>() > 0 ? x : -x, "reads numbers of what Sum computed"),
        ["a branch on the input"] = (static x => x[0, 0].Item<float>() > 0 ? x.Exp() : -x, "reads numbers"),
        ["a conversion"] = (static x => x * (float)x.Max(), "reads numbers of what Max computed"),
        ["an array"] = (static x => Tensor.From(x.ToArray<float>(), x.Shape) * 2, "reads numbers of its input"),
        ["a span"] = (static x => x * x.AsReadOnlySpan<float>()[0], "reads numbers of its input"),
        ["as many as there are"] = (static x => x[x.Greater(0)], "NonZero"),
        ["random numbers"] = (static x => x + Tensor.Randn(x.Shape.ToArray()), "Normal"),
        ["a part written"] = (
            static x =>
            {
                Tensor y = Tensor.Zeros(x.Shape.ToArray());
                y[0].CopyFrom(x[0]);
                return y;
            }, "cannot be run again"),
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void What_it_cannot_capture_is_refused_by_name(string name)
    {
        (Func<Tensor, Tensor> forward, string words) = s_refused[name];
        Sequential model = new(new Model(forward));
        CompilationException error = Assert.Throws<CompilationException>(() => model.Compile(Tensor.Randn(3, 4)));
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_that_keeps_something_is_refused()
    {
        Tensor counter = Tensor.Zeros(1);
        Model model = new(x =>
        {
            counter.AddInPlace(1);
            return x.Exp();
        });
        CompilationException error = Assert.Throws<CompilationException>(() => model.Compile(Tensor.Randn(3)));
        Assert.Contains("writes into a tensor that is not its own", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_comes_out_differently_is_refused()
    {
        int calls = 0;
        Model model = new(x => x * ++calls);
        CompilationException error = Assert.Throws<CompilationException>(() => model.Compile(Tensor.Randn(3)));
        Assert.Contains("differently", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_depends_on_parameters_alone_is_computed_once()
    {
        Parameter weight = new(Tensor.Randn(3, 3));
        Model model = new(x => x.MatMul(weight.Softmax(1).T.Exp()) + Tensor.Arange(3).To(DType.Float32).Square(), parameter: weight);
        CompiledModel compiled = model.Compile(Tensor.Randn(2, 3));
        Assert.Contains("2 operations", compiled.ToString(), StringComparison.Ordinal);
        AssertSame(model, compiled, Tensor.Randn(2, 3));
    }

    [Fact]
    public void Several_inputs_and_outputs_views_of_them_and_the_same_twice_come_out()
    {
        Linear linear = new(3, 3);
        Tensor[] Forward(Tensor[] x)
        {
            Tensor y = linear.Forward(x[0]).Relu();
            return [y, y.T, x[1], x[0].Reshape(-1), y, y.Sum(0) + x[1]];
        }

        Tensor a = Tensor.Randn(2, 3), b = Tensor.Randn(3);
        CompiledModel compiled = linear.Compile(Forward, [a, b]);
        (Tensor c, Tensor d) = (Tensor.Randn(2, 3), Tensor.Randn(3));
        Tensor[] actual = compiled.Forward(c, d), expected = Forward([c, d]);
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < actual.Length; i++)
        {
            Assert.True(actual[i].AllClose(expected[i].Detach(), absolute: 1e-6), $"{i}");
        }
    }

    [Fact]
    public void What_comes_out_lives_on_and_belongs_to_the_callers_scope()
    {
        Sequential model = new(new Linear(3, 3), new ReLU());
        CompiledModel compiled = model.Compile(Tensor.Randn(2, 3));
        Tensor first = compiled.Forward(Tensor.Randn(2, 3)), copy = first.Clone(), second;
        using (TensorScope scope = new())
        {
            second = compiled.Forward(Tensor.Randn(2, 3));
        }

        Assert.True(first.Equal(copy));
        Assert.Throws<ObjectDisposedException>(() => second.Sum());
        Assert.False(first.RequiresGrad);
    }

    [Fact]
    public void The_models_mode_is_what_it_was()
    {
        Sequential model = new(new Linear(3, 3), new Dropout(0.5));
        model[1].Eval();
        CompiledModel compiled = model.Compile(Tensor.Randn(2, 3));
        Assert.True(model.Training && model[0].Training && !model[1].Training);
        model.Eval();
        AssertSame(model, compiled, Tensor.Randn(2, 3));
    }

    private static void AssertSame(Module<Tensor, Tensor> model, CompiledModel compiled, Tensor x)
    {
        model.Eval();
        using GradMode.Region region = GradMode.NoGrad();
        Tensor expected = model.Forward(x), actual = compiled.Forward(x);
        Assert.Equal(expected.Shape, actual.Shape);
        Assert.True(actual.AllClose(expected, relative: 1e-5, absolute: 1e-5), $"{actual}\n{expected}");
    }

    /// <summary>With running figures that are not those of the beginning.</summary>
    private static TModule Trained<TModule>(TModule model)
        where TModule : Module
    {
        foreach ((string name, Tensor buffer) in model.NamedBuffers())
        {
            if (buffer.DType.IsFloatingPoint())
            {
                buffer.UniformInPlace(0.5, 2);
            }
        }

        foreach (Parameter parameter in model.Parameters())
        {
            using GradMode.Region region = GradMode.NoGrad();
            parameter.UniformInPlace(-1, 1);
        }

        return model;
    }

    private sealed class Model(Func<Tensor, Tensor> forward, Module? first = null, Module? second = null, Parameter? parameter = null)
        : Module<Tensor, Tensor>
    {
        public Module? First { get; } = first;

        public Module? Second { get; } = second;

        public Parameter? Own { get; } = parameter;

        public override Tensor Forward(Tensor input) => forward(input);
    }
}
