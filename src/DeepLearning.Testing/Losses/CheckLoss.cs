using DeepLearning.Layers;
using DeepLearning.Losses;

namespace DeepLearning.Testing;

/// <summary>
/// Checks a whole loss by one call: what <see cref="CheckLayer"/> checks of its mean, the derivatives of its sum and of its elements,
/// and that sum and mean are those of the elements.
/// <code>
/// CheckLoss.Run(reduction =&gt; new MSELoss(reduction), random.Normal(2, 3), random.Normal(2, 3));
/// </code>
/// </summary>
public static class CheckLoss
{
    /// <summary>Checks a loss of two inputs, such as predictions and targets.</summary>
    /// <typeparam name="T1">The first input.</typeparam>
    /// <typeparam name="T2">The second input.</typeparam>
    /// <param name="make">Makes the loss with a reduction.</param>
    /// <param name="first">The first input.</param>
    /// <param name="second">The second input.</param>
    /// <param name="options">What the loss is expected to do; nothing special when null.</param>
    /// <exception cref="CheckException">Aspects failed; the message names each and says why.</exception>
    public static void Run<T1, T2>(
        Func<LossReduction, Module<T1, T2, Tensor>> make, T1 first, T2 second, LossCheckOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(make);
        Run(reduction => Subject.Of(() => make(reduction), first, second), options);
    }

    /// <summary>Checks a loss of three inputs, such as an anchor, a positive and a negative.</summary>
    /// <typeparam name="T1">The first input.</typeparam>
    /// <typeparam name="T2">The second input.</typeparam>
    /// <typeparam name="T3">The third input.</typeparam>
    /// <param name="make">Makes the loss with a reduction.</param>
    /// <param name="first">The first input.</param>
    /// <param name="second">The second input.</param>
    /// <param name="third">The third input.</param>
    /// <param name="options">What the loss is expected to do; nothing special when null.</param>
    /// <exception cref="CheckException">Aspects failed; the message names each and says why.</exception>
    public static void Run<T1, T2, T3>(
        Func<LossReduction, Module<T1, T2, T3, Tensor>> make, T1 first, T2 second, T3 third, LossCheckOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(make);
        Run(reduction => Subject.Of(() => make(reduction), first, second, third), options);
    }

    /// <summary>Checks a loss of one input, which may be a tuple, a list or a record of tensors.</summary>
    /// <typeparam name="TIn">The input.</typeparam>
    /// <param name="make">Makes the loss with a reduction.</param>
    /// <param name="input">The input.</param>
    /// <param name="options">What the loss is expected to do; nothing special when null.</param>
    /// <exception cref="CheckException">Aspects failed; the message names each and says why.</exception>
    public static void Run<TIn>(Func<LossReduction, Module<TIn, Tensor>> make, TIn input, LossCheckOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(make);
        Run(
            reduction => new Subject(
                () => make(reduction), static (module, x) => ((Module<TIn, Tensor>)module).Forward((TIn)x[0]!), [input]),
            options);
    }

    /// <summary>Checks a loss that is a function.</summary>
    /// <param name="name">The name that its errors have.</param>
    /// <param name="loss">The loss.</param>
    /// <param name="inputs">Its inputs.</param>
    /// <param name="options">What the loss is expected to do; nothing special when null.</param>
    /// <exception cref="CheckException">Aspects failed; the message names each and says why.</exception>
    public static void Run(string name, Func<Tensor[], LossReduction, Tensor> loss, Tensor[] inputs, LossCheckOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(loss);
        Run(reduction => new LossFunction(name, x => loss(x, reduction)), inputs, options);
    }

    private static void Run(Func<LossReduction, Subject> subjects, LossCheckOptions? options)
    {
        options ??= new LossCheckOptions();
        LayerCheck whole = new(nameof(CheckLoss), subjects(LossReduction.Mean), options);
        AspectRun run = new(nameof(CheckLoss), whole.Describe(), options);
        whole.Run(run);
        foreach (LossReduction reduction in (LossReduction[])[LossReduction.Sum, LossReduction.None])
        {
            LossCheckOptions derivatives = options with
            {
                Only = [Aspect.Forward, Aspect.Finite, Aspect.FirstGradients, Aspect.SecondGradients, Aspect.Input],
                OutputShapes = [],
            };
            run.Run(Aspect.Reductions, () =>
                new LayerCheck($"LossReduction.{reduction}", subjects(reduction), derivatives).Run());
        }

        run.Run(Aspect.Reductions, () => Agree(subjects, options));
        run.Finish();
    }

    private static void Agree(Func<LossReduction, Subject> subjects, LossCheckOptions options)
    {
        foreach (DType dtype in (DType[])[DType.Float64, .. options.DTypes])
        {
            Tensor elements = Of(LossReduction.None), sum = Of(LossReduction.Sum), mean = Of(LossReduction.Mean);
            Dictionary<string, int> names = [];
            for (int i = 0; i < options.InputShapes.Count; i++)
            {
                ShapePattern.Parse(options.InputShapes[i]).Mismatch(subjects(LossReduction.None).Inputs[i].Shape, names);
            }

            if (options.ElementShape is { } shape && ShapePattern.Parse(shape).Mismatch(elements.Shape, names) is { } mismatch)
            {
                throw new CheckException($"without reduction, {mismatch}");
            }

            double tolerance = dtype == DType.Float64 ? 1e-10 : options.ToleranceOf(dtype);
            Tensor total = elements.To(DType.Float64).Sum();
            double counted = options.Counted ?? elements.Count;
            Require(total, sum, $"the sum in {dtype.Name()} is that of the elements");
            Require(total / counted, mean, $"the mean in {dtype.Name()} is the sum of the elements / {counted}");

            Tensor Of(LossReduction reduction)
            {
                Subject subject = subjects(reduction);
                return subject.Call(subject.Make(options.Seed).To(dtype).Eval(), subject.InputsIn(dtype))[0];
            }

            void Require(Tensor expected, Tensor actual, string what)
            {
                if (actual.DType != elements.DType)
                {
                    throw new CheckException($"{what}: its type is {actual.DType.Name()}, that of the elements {elements.DType.Name()}");
                }

                TensorAssert.Close(expected, actual.To(DType.Float64), tolerance, tolerance, what);
            }
        }
    }

    private sealed class LossFunction(string name, Func<Tensor[], Tensor> loss) : Module<Tensor[], Tensor>
    {
        protected override string Kind => $"{nameof(LossFunction)} {name}";

        public override Tensor Forward(Tensor[] input) => loss(input);
    }
}
