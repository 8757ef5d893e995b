using DeepLearning.Layers;
using DeepLearning.Testing;

namespace DeepLearning.Tests.Testing;

/// <summary>A right layer passes, and each fault is caught by the aspect that is about it.</summary>
public sealed class CheckLayerTests
{
    private static readonly Tensor s_input = Tensor.From([0.3f, -1.2f, 0.8f, 1.9f, -0.4f, 0.6f], 2, 3);

    private static readonly Dictionary<string, (Aspect Aspect, Func<Module<Tensor, Tensor>> Make, string Says)> s_faults = new()
    {
        ["throws in training"] = (
            Aspect.Forward, Wrong(static (x, own) => own.Training ? throw new InvalidOperationException("no") : x),
            "in training, it throws"),
        ["another shape"] = (Aspect.Shapes, Wrong(static (x, _) => x.Unsqueeze(0)), "the shape is [1, 2, 3]"),
        ["NaN"] = (Aspect.Finite, Wrong(static (x, _) => x.Log()), "NaN or infinite"),
        ["infinite gradient"] = (Aspect.Finite, Wrong(static (x, _) => (x - x.Detach()).Abs().Sqrt()), "the gradient of"),
        ["a detached factor"] = (Aspect.FirstGradients, Wrong(static (x, _) => x * x.Detach()), "first derivative with respect to"),
        ["a parameter without gradient"] = (
            Aspect.FirstGradients, Wrong(static (x, own) => x.Detach() / own.Weight.Detach()),
            "input 0 and the parameter weight get no gradient"),
        ["a wrong gradient in training alone"] = (
            Aspect.FirstGradients, Wrong(static (x, own) => own.Training ? x * (x.Detach() + 1) : x), "in training"),
        ["a wrong second derivative"] = (Aspect.SecondGradients, Wrong(static (x, _) => new FirstOnly().Apply(x)), "second derivative"),
        ["samples that see one another"] = (Aspect.Batch, Wrong(static (x, _) => x - x.Mean()), "in a batch of one"),
        ["random in evaluation"] = (Aspect.Modes, Wrong(static (x, _) => x.Dropout(0.5, training: true)), "another seed"),
        ["counts in evaluation"] = (Aspect.Modes, Wrong(static (x, own) =>
        {
            own.Count.AddInPlace(1);
            return x;
        }), "the buffer count changes"),
        ["moves its weight"] = (Aspect.Modes, Wrong(static (x, own) =>
        {
            using GradMode.Region region = GradMode.NoGrad();
            own.Weight.CopyFrom(own.Weight * 0.9);
            return x.Detach().Sin();
        }), "the parameter weight changes"),
        ["another result without recording"] = (
            Aspect.Modes, Wrong(static (x, _) => x.RequiresGrad ? x : x * 1.01), "a call without recording"),
        ["a generator of its own"] = (
            Aspect.Modes, Wrong(static (x, own) => own.Training ? x * (1 + Random.Shared.NextDouble()) : x), "with the same seed"),
        ["state that is not saved"] = (Aspect.SaveAndLoad, Wrong(static (x, own) => x * own.Hidden), "that loaded its state dictionary"),
        ["16 bits inside"] = (
            Aspect.DTypes, Wrong(static (x, _) => x.DType == DType.Float32 ? x.To(DType.BFloat16).To(x.DType) : x),
            "in float32, compared with float64"),
        ["another type"] = (
            Aspect.DTypes, Wrong(static (x, _) => x.DType == DType.Float16 ? x.To(DType.Float32) : x), "of float16 is float32"),
        ["a constant that does not follow"] = (
            Aspect.Conversion, Wrong(static (x, _) => x * Tensor.Ones([3], DType.Float64)), "after To(Float32), output 0 is float64"),
        ["a name of its own"] = (Aspect.Printing, static () => new Nameless(), "does not name the type, Nameless"),
        ["a decimal comma"] = (Aspect.Printing, static () => new CulturePrinted(), "de-DE"),
        ["writes to its input"] = (Aspect.Input, static () => new Writing(), "is changed by a call without recording"),
        ["looks at the layout"] = (Aspect.Strides, static () => new LayoutDependent(), "not contiguous"),
        ["looks at the number of threads"] = (Aspect.Threads, Wrong(static (x, _) => x * Parallelism.Threads), "Parallelism.Threads"),
        ["keeps an intermediate in a field"] = (Aspect.Threads, Wrong(static (x, own) =>
        {
            own.Calls = 0;
            Thread.Sleep(10);
            own.Calls++;
            Thread.Sleep(10);
            return x * own.Calls;
        }), "several threads at once"),
        ["an error of the wrong kind"] = (
            Aspect.Errors, static () => new Careless(static _ => new InvalidOperationException("Careless")), "InvalidOperationException"),
        ["an error without a name"] = (
            Aspect.Errors, static () => new Unnamed(), "does not name the layer (Unnamed)"),
        ["a trace of a refused call"] = (
            Aspect.Errors, static () => new Careless(static x => new ShapeException($"Careless: {x.Shape} is not [N, 3].")),
            "was refused, the buffer calls changes"),
        ["bad input that is accepted"] = (Aspect.Errors, static () => new Tanh(), "a wrong length (float32[2, 5]) is not refused"),
        ["an error that does not say what would fit"] = (
            Aspect.Errors, static () => new Silent(), "without saying '3'"),
    };

    public static TheoryData<string> Faults => new(s_faults.Keys);

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_fault_is_caught_and_its_aspect_named(string fault)
    {
        (Aspect aspect, Func<Module<Tensor, Tensor>> make, string says) = s_faults[fault];
        CheckException e = Assert.Throws<CheckException>(() => CheckLayer.Run(make, s_input, Options));
        CheckFailure? failure = e.Failures.FirstOrDefault(failure => failure.Aspect == aspect);
        Assert.True(failure is not null && failure.Message.Contains(says, StringComparison.Ordinal), e.Message);
        Assert.Contains($"\n  {aspect}: ", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_aspect_of_layers_has_a_fault_that_shows_it() => Assert.Empty(
        Enum.GetValues<Aspect>().Except(s_faults.Values.Select(static fault => fault.Aspect))
            .Except([Aspect.Reductions, Aspect.Descent, Aspect.Groups, Aspect.NoGradient]));

    [Fact]
    public void A_right_layer_passes() => CheckLayer.Run(static () => new Right(), s_input, new LayerCheckOptions
    {
        InputShapes = ["[N, 3]"],
        OutputShapes = ["[N, 2]"],
        BuffersChange = true,
        Rejects = [new Rejection("a wrong length", "3", Tensor.Zeros(2, 5))],
    });

    [Fact]
    public void A_module_of_tuples_is_checked_tensor_by_tensor()
    {
        Tensor state = s_input.Cos();
        LayerCheckOptions options = new() { OutputShapes = ["[N, 3]", "[N, 3]"], Unbatched = true };
        CheckLayer.Run(static () => new Pair(isRight: true), s_input, (state, (Tensor?)null), options);
        CheckException e = Assert.Throws<CheckException>(
            () => CheckLayer.Run(static () => new Pair(isRight: false), s_input, (state, (Tensor?)null), options));
        Assert.Equal([Aspect.FirstGradients, Aspect.SecondGradients], e.Failures.Select(static f => f.Aspect));
    }

    [Fact]
    public void Lists_and_records_of_tensors_are_inputs()
    {
        static Sequence Twice(Sequence s) => s with { Steps = [.. s.Steps.Select(static x => x * 2)] };
        CheckLayer.Run(
            static () => new Lambda<Sequence, Sequence>(Twice), new Sequence([s_input, s_input.Cos()], 2),
            new LayerCheckOptions { OutputShapes = ["[2, 3]", "[2, 3]"] });
        CheckException e = Assert.Throws<CheckException>(() => CheckLayer.Run(
            static () => new Lambda<Tensor[], Tensor>(static x => x[0] * x[1].Detach()), new[] { s_input, s_input.Cos() }));
        CheckFailure failure = e.Failures.Single(static f => f.Aspect == Aspect.FirstGradients);
        Assert.Contains("input 1 gets no gradient", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_aspect_is_left_out_with_a_reason_only()
    {
        Func<Layer> make = Wrong(static (x, _) => new FirstOnly().Apply(x));
        CheckLayer.Run(make, s_input, new LayerCheckOptions
        {
            Except = new Dictionary<Aspect, string> { [Aspect.SecondGradients] = "its gradient stands for a rounding" },
        });
        Assert.Throws<ArgumentException>(() => CheckLayer.Run(make, s_input, new LayerCheckOptions
        {
            Except = new Dictionary<Aspect, string> { [Aspect.SecondGradients] = " " },
        }));
        CheckLayer.Run(make, s_input, new LayerCheckOptions { Only = [Aspect.Forward, Aspect.FirstGradients] });
    }

    [Fact]
    public void An_unused_parameter_is_declared_by_name()
    {
        CheckLayer.Run(
            static () => new WithSpare(), s_input, new LayerCheckOptions { Unused = ["spare"], Only = [Aspect.FirstGradients] });
        CheckException e = Assert.Throws<CheckException>(() => CheckLayer.Run(
            static () => new WithSpare(), s_input, new LayerCheckOptions { Only = [Aspect.FirstGradients] }));
        Assert.Contains("the parameter spare gets no gradient", e.Message, StringComparison.Ordinal);
        e = Assert.Throws<CheckException>(() => CheckLayer.Run(
            static () => new WithSpare(), s_input, new LayerCheckOptions { Unused = ["bias"], Only = [Aspect.FirstGradients] }));
        Assert.Contains("there is no parameter bias", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_batch_of_one_sample_cannot_show_anything_and_is_refused()
    {
        CheckException e = Assert.Throws<CheckException>(() => CheckLayer.Run(static () => new Tanh(), Tensor.Ones(1, 3)));
        Assert.Contains("1 samples along axis 0", Assert.Single(e.Failures).Message, StringComparison.Ordinal);
    }

    private static LayerCheckOptions Options => new()
    {
        OutputShapes = ["[2, 3]"],
        Rejects = [new Rejection("a wrong length", "3", Tensor.Zeros(2, 5))],
    };

    private static Func<Layer> Wrong(Func<Tensor, Faulty, Tensor> function) => () => new Faulty(function);

    private sealed record Sequence(IReadOnlyList<Tensor> Steps, int Length);

    private sealed class Writing : Layer
    {
        protected override Tensor Compute(Tensor input) => input.RequiresGrad ? input.Sin() : input.SinInPlace();
    }

    private sealed class LayoutDependent : Layer
    {
        protected override Tensor Compute(Tensor input) => input.IsContiguous ? input.Sin() : input.Cos();
    }

    private sealed class Silent : Layer
    {
        protected override Tensor Compute(Tensor input) =>
            input.Rank == 2 && input.Size(1) == 3 ? input.Sin() : throw new ShapeException("Silent: no.");
    }

    private sealed class Unnamed : Module<Tensor, Tensor>
    {
        public override Tensor Forward(Tensor input) =>
            input.Rank == 2 && input.Size(1) == 3 ? input.Sin() : throw new ShapeException("the shape must end in 3.");
    }

    private sealed class WithSpare : Layer
    {
        public Parameter Weight { get; } = new(Tensor.Ones(3));

        public Parameter Spare { get; } = new(Tensor.Ones(3));

        protected override Tensor Compute(Tensor input) => input * Weight;
    }
}
