using DeepLearning.Layers;

namespace DeepLearning.Tests.Testing;

/// <summary>A layer that does what a function says, with a weight that follows all rules: what is wrong with it is the function.</summary>
internal sealed class Faulty(Func<Tensor, Faulty, Tensor> function) : Layer
{
    public Parameter Weight { get; } = new(Tensor.Uniform(0.5, 1.5, [3]));

    [field: Buffer]
    public Tensor Count { get; } = Tensor.Zeros(1);

    /// <summary>What no check may reach: it is neither saved nor converted.</summary>
    public Tensor Hidden { get; } = Tensor.Uniform(0.5, 1.5, [3]);

    public int Calls { get; set; }

    protected override Tensor Compute(Tensor input)
    {
        if (input.Rank == 0 || input.Size(-1) != 3)
        {
            throw new ShapeException($"Faulty: an input {input.Shape} does not end in an axis of length 3.");
        }

        return function(input * Weight, this);
    }
}

/// <summary>A layer that prints whatever it likes.</summary>
internal sealed class Nameless : Layer
{
    protected override string Kind => "thing";

    protected override Tensor Compute(Tensor input) => input.Sin();
}

/// <summary>A layer that prints a number as the culture has it.</summary>
internal sealed class CulturePrinted : Layer
{
    protected override string Details => string.Create(System.Globalization.CultureInfo.CurrentCulture, $"{0.5}");

    protected override Tensor Compute(Tensor input) => input.Sin();
}

/// <summary>A layer that refuses bad input by an exception of its kind, after it has changed its buffer.</summary>
internal sealed class Careless(Func<Tensor, Exception> error) : Layer
{
    [Buffer]
    private readonly Tensor _calls = Tensor.Zeros(1);

    protected override Tensor Compute(Tensor input)
    {
        if (Training)
        {
            _calls.AddInPlace(1);
        }

        return input.Rank == 2 && input.Size(1) == 3 && input.DType.IsFloatingPoint() ? input.Sin() : throw error(input);
    }
}

/// <summary>A layer that is right and accepts nothing but [N, 3] of a floating-point type.</summary>
internal sealed class Right : Layer
{
    private readonly Linear _linear = new(3, 2);

    [Buffer]
    private readonly Tensor _seen = Tensor.Zeros(2);

    protected override Tensor Compute(Tensor input)
    {
        if (input.Rank != 2)
        {
            throw new ShapeException($"Right: an input {input.Shape} is not [N, 3].");
        }

        Tensor output = _linear.Forward(input).Tanh();
        if (Training)
        {
            using GradMode.Region region = GradMode.NoGrad();
            _seen.AddInPlace(output.Detach().Mean(0));
        }

        return output;
    }
}

/// <summary>A module of two inputs and two outputs; its second output is its first with the sign turned round, right or not.</summary>
internal sealed class Pair(bool isRight) : Module<Tensor, (Tensor State, Tensor? Mask), (Tensor Output, Tensor State)>
{
    private readonly Linear _linear = new(3, 3);

    public override (Tensor Output, Tensor State) Forward(Tensor first, (Tensor State, Tensor? Mask) second)
    {
        ArgumentNullException.ThrowIfNull(first);
        if (first.Shape != second.State?.Shape || first.DType != second.State.DType)
        {
            throw new ShapeException($"Pair: an input {first.Shape} and a state {second.State?.Shape} differ.");
        }

        Tensor output = _linear.Forward(first) * second.State.Sin();
        return (output, isRight ? -output : -output.Detach() * second.State);
    }
}
