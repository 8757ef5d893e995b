using System.Runtime.CompilerServices;
using DeepLearning.Layers;
using DeepLearning.Numerics;

namespace DeepLearning.Optimizers;

/// <summary>
/// A model whose parameters are the mean of another's along its training: the plain mean (stochastic weight averaging) or an exponential
/// one (EMA). As PyTorch's <c>swa_utils.AveragedModel</c>, with its keys in the state dictionary; Izmailov et al., "Averaging weights leads
/// to wider optima and better generalization", 2018; Polyak and Juditsky, 1992.
/// </summary>
public abstract class AveragedModel : Module
{
    [Unregistered]
    private readonly Module _own;
    private readonly Func<Tensor, Tensor, long, Tensor> _average;

    [Name("n_averaged"), Buffer]
    private readonly Tensor _count;

    private protected AveragedModel(Module model, Module copy, Func<Tensor, Tensor, long, Tensor>? average, bool useBuffers)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(copy);
        if (new HashSet<object>(model.Parameters(), ReferenceEqualityComparer.Instance).Overlaps(copy.Parameters()))
        {
            throw new ArgumentException("AveragedModel: the copy has parameters of the model itself; give it another instance.");
        }

        if (copy.Parameters().FirstOrDefault(static p => p.DType.Compute() != p.DType) is { } narrow)
        {
            throw new ArgumentException(
                $"AveragedModel: the mean of {narrow.DType.Name()} parameters would stand still, since rounding takes its small changes "
                    + "away; give it a copy in float32: copy.To(DType.Float32).");
        }

        using TensorScope.Suspension suspension = TensorScope.Suspend();
        copy.LoadStateDict(model.StateDict());
        (_own, _average, UseBuffers) = (copy, average ?? EqualWeights, useBuffers);
        _count = Tensor.FromScalar(0L);
    }

    /// <summary>Whether buffers are averaged like parameters; otherwise they follow the model's.</summary>
    public bool UseBuffers { get; }

    /// <summary>How many models went into the mean.</summary>
    public long Count => _count.Item<long>();

    /// <summary>The plain mean: a ← a + (p − a) / (n + 1). PyTorch's <c>get_swa_avg_fn</c>.</summary>
    public static Func<Tensor, Tensor, long, Tensor> EqualWeights { get; } =
        static (average, current, count) =>
        {
            FusedUpdate.Run(new MeanStep(count + 1), average, current, null, null, null);
            average.Storage.Version++;
            return average;
        };

    /// <summary>The exponential mean: a ← decay · a + (1 − decay) · p. PyTorch's <c>get_ema_avg_fn</c>.</summary>
    /// <param name="decay">How much of the mean stays, from 0 to 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The decay is not from 0 to 1.</exception>
    public static Func<Tensor, Tensor, long, Tensor> Exponential(double decay = 0.999)
    {
        if (!(decay >= 0 && decay <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(decay), decay, "decay must be from 0 to 1.");
        }

        return (average, current, _) => average.LerpInPlace(current, 1 - decay);
    }

    /// <summary>
    /// Takes the model's present values into the mean; the first time they are the mean. Call it after the optimizer's step, or after an
    /// epoch.
    /// </summary>
    /// <param name="model">The model that is trained.</param>
    /// <exception cref="ArgumentException">The model has other parameters or buffers; nothing was changed.</exception>
    public void Update(Module model)
    {
        ArgumentNullException.ThrowIfNull(model);
        using GradMode.Region region = GradMode.NoGrad();
        (Tensor Own, Tensor Given)[] parameters = Pairs(_own.NamedParameters(), model.NamedParameters(), "parameters");
        (Tensor Own, Tensor Given)[] buffers = Pairs(_own.NamedBuffers(), model.NamedBuffers(), "buffers");
        long count = Count;
        foreach ((Tensor own, Tensor given) in UseBuffers ? [.. parameters, .. buffers] : parameters)
        {
            Average(own.Detach(), given.Detach().To(own.Device), count);
        }

        foreach ((Tensor own, Tensor given) in UseBuffers ? [] : buffers)
        {
            own.CopyFrom(given.Detach());
        }

        _count.AddInPlace(1);
    }

    /// <summary>Begins anew: the next model that is taken in is the mean.</summary>
    public void Restart() => _count.ZeroInPlace();

    /// <summary>
    /// Sets the running figures of every batch normalization in a model to the means over some batches, which an average of weights needs
    /// since its own were never computed. PyTorch's <c>swa_utils.update_bn</c>.
    /// </summary>
    /// <typeparam name="TBatch">A batch.</typeparam>
    /// <param name="model">The model, such as <see cref="AveragedModel{TModel}.Module"/>.</param>
    /// <param name="batches">The batches.</param>
    /// <param name="forward">Computes the model on a batch: <c>batch =&gt; model.Forward(batch.Input)</c>.</param>
    public static void UpdateBatchNorm<TBatch>(Module model, IEnumerable<TBatch> batches, Action<TBatch> forward)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(batches);
        ArgumentNullException.ThrowIfNull(forward);
        (BatchNorm Layer, double? Momentum)[] layers =
        [
            .. model.Modules().OfType<BatchNorm>().Where(static layer => layer.RunningMean is not null)
                .Select(static layer => (layer, layer.Momentum)),
        ];
        if (layers.Length == 0)
        {
            return;
        }

        using GradMode.Region region = GradMode.NoGrad();
        using ModuleModes modes = new(model);
        try
        {
            foreach ((BatchNorm layer, _) in layers)
            {
                layer.RunningMean!.ZeroInPlace();
                layer.RunningVar!.FillInPlace(1);
                layer.NumBatchesTracked!.ZeroInPlace();
                layer.Momentum = null;
            }

            model.Train();
            foreach (TBatch batch in batches)
            {
                forward(batch);
            }
        }
        finally
        {
            Array.ForEach(layers, static item => item.Layer.Momentum = item.Momentum);
        }
    }

    private void Average(Tensor own, Tensor given, long count)
    {
        if (count == 0)
        {
            own.CopyFrom(given);
            return;
        }

        // A counter, such as that of batches, is averaged as a number and rounded towards zero, as PyTorch does it.
        Tensor average = own.DType.IsFloatingPoint() ? own : own.To(DType.Float32);
        Tensor next = _average(average, given.To(average.DType), count);
        if (!ReferenceEquals(next, own))
        {
            own.CopyFrom(next);
        }
    }

    /// <summary>The mean with one number more.</summary>
    internal readonly record struct MeanStep(double Count) : IUpdate<MeanStep>
    {
        public static int States => 0;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Step<R>(ref R p, R g, ref R unused1, ref R unused2, ref R unused3)
            where R : struct, IReal<R> => p += (g - p) / Count;
    }

    private static (Tensor Own, Tensor Given)[] Pairs<T>(
        IReadOnlyList<(string Name, T Tensor)> own, IReadOnlyList<(string Name, T Tensor)> given, string kind)
        where T : Tensor
    {
        if (!own.Select(static item => (item.Name, item.Tensor.Shape)).SequenceEqual(
            given.Select(static item => (item.Name, item.Tensor.Shape))))
        {
            throw new ArgumentException(
                $"AveragedModel.Update: the model has the {kind} {Names(given)}; the mean is of {Names(own)}. Nothing was changed.");
        }

        return [.. own.Zip(given, static (a, b) => ((Tensor)a.Tensor, (Tensor)b.Tensor))];

        static string Names(IEnumerable<(string Name, T Tensor)> items) =>
            string.Join(", ", items.Select(static item => $"{item.Name} {item.Tensor.Shape}"));
    }
}

/// <summary>An averaged model of a certain type; see <see cref="AveragedModel"/>.</summary>
/// <typeparam name="TModel">The model's type.</typeparam>
public sealed class AveragedModel<TModel> : AveragedModel
    where TModel : Module
{
    /// <summary>Starts a mean, whose first values are the model's.</summary>
    /// <param name="model">The model that is trained.</param>
    /// <param name="copy">
    /// Another instance of it, which is to hold the mean; takes over the model's values. In float32 or float64 also where the model is of
    /// 16 bits.
    /// </param>
    /// <param name="average">
    /// The new mean of the mean, the model's present value and the number of models before: <see cref="AveragedModel.EqualWeights"/>
    /// (null), <see cref="AveragedModel.Exponential"/>, or one of your own. It may change the mean in place and return it.
    /// </param>
    /// <param name="useBuffers">Whether buffers are averaged like parameters; otherwise they follow the model's.</param>
    /// <exception cref="ArgumentException">The copy is of 16 bits or shares parameters with the model.</exception>
    /// <exception cref="StateDictException">The copy is another model.</exception>
    public AveragedModel(
        TModel model, TModel copy, Func<Tensor, Tensor, long, Tensor>? average = null, bool useBuffers = false)
        : base(model, copy, average, useBuffers) => Module = copy;

    /// <summary>The model that holds the mean: <c>averaged.Module.Eval().Forward(x)</c>.</summary>
    public TModel Module { get; }
}
