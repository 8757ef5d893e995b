using DeepLearning.Layers;

namespace DeepLearning.Models;

/// <summary>
/// One trunk and a head for each task (Caruana 1997, "Multitask learning"). Keys of the state dictionary: <c>trunk</c>, <c>heads.NAME</c>,
/// <c>log_variances</c> where tasks are weighed by their uncertainty (Kendall, Gal and Cipolla 2018): Σ exp(−sᵢ) Lᵢ + sᵢ / 2, with sᵢ
/// learned, from 0 on; the paper's factor 1/2 of regression losses belongs to the loss.
/// </summary>
public sealed class MultiTaskModel : Module<Tensor, IReadOnlyList<Tensor>>
{
    private readonly List<string> _names = [];

    /// <summary>Makes the model.</summary>
    /// <param name="trunk">What the tasks share.</param>
    /// <param name="heads">The heads by the tasks' names.</param>
    /// <param name="learnWeights">Whether tasks are weighed by their uncertainty.</param>
    /// <exception cref="ArgumentException">There is no head, or two of one name.</exception>
    public MultiTaskModel(
        Module<Tensor, Tensor> trunk, IReadOnlyList<(string Name, Module<Tensor, Tensor> Head)> heads, bool learnWeights = false)
    {
        ArgumentNullException.ThrowIfNull(trunk);
        ArgumentNullException.ThrowIfNull(heads);
        if (heads.Count == 0)
        {
            throw new ArgumentException($"{nameof(MultiTaskModel)}: there are no heads; give one at least.", nameof(heads));
        }

        Trunk = trunk;
        foreach ((string name, Module<Tensor, Tensor> head) in heads)
        {
            Heads.Add(name, head);
            _names.Add(name);
        }

        LogVariances = learnWeights ? new Parameter(Tensor.Zeros(heads.Count)) : null;
    }

    /// <summary>What the tasks share.</summary>
    public Module<Tensor, Tensor> Trunk { get; }

    /// <summary>The heads.</summary>
    public ModuleDict<Module<Tensor, Tensor>> Heads { get; } = new();

    /// <summary>The logarithms of the tasks' variances, [tasks], or null.</summary>
    public Parameter? LogVariances { get; set; }

    /// <inheritdoc/>
    protected internal override bool ComputesParameters => true;

    /// <inheritdoc/>
    protected internal override string Details => string.Join(", ", _names);

    /// <summary>The outputs of all heads, in their order.</summary>
    /// <param name="input">The input of the trunk.</param>
    public override IReadOnlyList<Tensor> Forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return NamedCall.Of(this, input, static (self, x) =>
        {
            Tensor shared = self.Trunk.Forward(x);
            return (IReadOnlyList<Tensor>)[.. self._names.Select(name => self.Heads[name].Forward(shared))];
        });
    }

    /// <summary>The tasks' losses as one: their sum, weighed where weights are given or learned.</summary>
    /// <param name="losses">A loss of each task, zero-dimensional, in the heads' order; null leaves out a task without targets in this
    /// batch.</param>
    /// <param name="weights">A weight of each task; 1 when null.</param>
    /// <exception cref="ArgumentException">There is not one loss, or weight, for each task, or none has a loss.</exception>
    public Tensor Combine(IReadOnlyList<Tensor?> losses, IReadOnlyList<double>? weights = null)
    {
        ArgumentNullException.ThrowIfNull(losses);
        if (losses.Count != _names.Count || (weights is not null && weights.Count != _names.Count) || losses.All(static l => l is null))
        {
            throw new ArgumentException(
                $"{Kind}: {losses.Count} losses and {weights?.Count ?? _names.Count} weights do not fit; there must be {_names.Count}, "
                + "one loss at least not null.",
                nameof(losses));
        }

        Tensor? total = null;
        for (int i = 0; i < losses.Count; i++)
        {
            if (losses[i] is { } loss)
            {
                Tensor part = weights is null ? loss : loss * weights[i];
                part = LogVariances is null ? part : (part * (-LogVariances[i]).Exp()) + (LogVariances[i] * 0.5);
                total = total is null ? part : total + part;
            }
        }

        return total!;
    }
}
