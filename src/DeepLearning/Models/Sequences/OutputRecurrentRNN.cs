using DeepLearning.Layers;

namespace DeepLearning.Models;

/// <summary>
/// A network whose only recurrence goes from the output to the hidden units (Jordan 1986; Goodfellow, Bengio and Courville 2016, "Deep
/// learning", section 10.2.1): hₜ = tanh(U xₜ + W yₜ₋₁ + b), oₜ = V hₜ + c. While it is trained yₜ₋₁ is the right output of the step before
/// (teacher forcing), so that all steps are computed at once; where there is none it is oₜ₋₁. Input [batch, steps, in] → outputs
/// [batch, steps, out].
/// </summary>
/// <remarks>y₀ is 0. Keys of the state dictionary: <c>input_map</c> (U, b), <c>output_recurrence</c> (W), <c>output_map</c> (V,
/// c).</remarks>
public sealed class OutputRecurrentRNN : Module<Tensor, Tensor>
{
    private readonly Generator? _generator;

    /// <summary>Makes the network.</summary>
    /// <param name="inputSize">The width of the input.</param>
    /// <param name="hiddenSize">The number of hidden units.</param>
    /// <param name="outputSize">The width of the output.</param>
    /// <param name="feedback">
    /// What becomes of an output that is fed back, such as <c>static o =&gt; o.Softmax(-1)</c> where the right outputs are classes'
    /// indicators; nothing when null.
    /// </param>
    /// <param name="dtype">The type of the parameters.</param>
    /// <param name="generator">The source of starting values and of scheduled sampling; <see cref="Generator.Default"/> when null.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is not positive.</exception>
    public OutputRecurrentRNN(
        int inputSize, int hiddenSize, int outputSize, Func<Tensor, Tensor>? feedback = null, DType dtype = DType.Float32,
        Generator? generator = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(inputSize);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(hiddenSize);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(outputSize);
        (InputSize, HiddenSize, OutputSize, Feedback, _generator) = (inputSize, hiddenSize, outputSize, feedback, generator);
        InputMap = new Linear(inputSize, hiddenSize, dtype: dtype, generator: generator);
        OutputRecurrence = new Linear(outputSize, hiddenSize, bias: false, dtype, generator);
        OutputMap = new Linear(hiddenSize, outputSize, dtype: dtype, generator: generator);
    }

    /// <summary>The width of the input.</summary>
    public int InputSize { get; }

    /// <summary>The number of hidden units.</summary>
    public int HiddenSize { get; }

    /// <summary>The width of the output.</summary>
    public int OutputSize { get; }

    /// <summary>What becomes of an output that is fed back, or null.</summary>
    public Func<Tensor, Tensor>? Feedback { get; }

    /// <summary>U and b.</summary>
    public Linear InputMap { get; }

    /// <summary>W.</summary>
    public Linear OutputRecurrence { get; }

    /// <summary>V and c.</summary>
    public Linear OutputMap { get; }

    /// <inheritdoc/>
    protected internal override bool ComputesParameters => true;

    /// <inheritdoc/>
    protected internal override string Details => $"{InputSize}→{HiddenSize}→{OutputSize}";

    /// <inheritdoc/>
    public override Tensor Forward(Tensor input) => Forward(input, null);

    /// <summary>Computes the outputs.</summary>
    /// <param name="input">[batch, steps, in].</param>
    /// <param name="targets">The right outputs, [batch, steps, out]; the network's own are fed back when null.</param>
    /// <param name="teacherForcing">
    /// The probability that the right output of a step is fed back, and not the network's own, drawn for each example and step (Bengio et
    /// al. 2015, "Scheduled sampling for sequence prediction with recurrent neural networks").
    /// </param>
    /// <returns>The outputs, [batch, steps, out].</returns>
    /// <exception cref="ShapeException">The shapes do not fit; the message says what would.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The probability is not from 0 to 1.</exception>
    public Tensor Forward(Tensor input, Tensor? targets, double teacherForcing = 1)
    {
        OptionChecks.Probability(teacherForcing, nameof(OutputRecurrentRNN));
        return NamedCall.Of(
            this, (input, targets, teacherForcing), static (self, x) => self.Run(x.input, x.targets, x.teacherForcing));
    }

    private Tensor Run(Tensor input, Tensor? targets, double teacherForcing)
    {
        BlockChecks.Shape(this, input, "input", ("batch", -1), ("steps", -1), ("in", InputSize));
        int batch = input.Size(0), steps = input.Size(1);
        if (targets is not null)
        {
            BlockChecks.Shape(this, targets, "targets", ("batch", batch), ("steps", steps), ("out", OutputSize));
        }

        if (steps == 0)
        {
            throw new ShapeException($"{Kind}: input {input.Shape} has no steps.");
        }

        Tensor inner = InputMap.Forward(input);
        if (targets is not null && teacherForcing == 1)
        {
            Tensor before = Tensor.Cat(
                [Tensor.Zeros([batch, 1, OutputSize], input.DType, input.Device), targets.Narrow(1, 0, steps - 1)], 1);
            return OutputMap.Forward((inner + OutputRecurrence.Forward(before)).Tanh());
        }

        List<Tensor> outputs = [];
        Tensor fed = Tensor.Zeros([batch, OutputSize], input.DType, input.Device);
        for (int step = 0; step < steps; step++)
        {
            Tensor output = OutputMap.Forward((inner.Select(1, step) + OutputRecurrence.Forward(fed)).Tanh());
            outputs.Add(output);
            fed = Feedback is null ? output : Feedback(output);
            if (targets is not null && teacherForcing > 0)
            {
                Tensor isTaught = TeacherForcing.Draw(batch, teacherForcing, input.Device, _generator).Unsqueeze(1);
                fed = Tensor.Where(isTaught, targets.Select(1, step), fed);
            }
        }

        return Tensor.Stack([.. outputs], 1);
    }
}
