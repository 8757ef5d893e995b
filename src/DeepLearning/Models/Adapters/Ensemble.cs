using DeepLearning.Layers;

namespace DeepLearning.Models;

/// <summary>
/// An ensemble (Lakshminarayanan, Pritzel and Blundell 2017, "Simple and scalable predictive uncertainty estimation using deep ensembles"):
/// the mean of what its members give, which should be probabilities or values, not logits. Keys of the state dictionary: <c>networks.i</c>.
/// </summary>
public sealed class Ensemble : Module<Tensor, Tensor>
{
    /// <summary>Makes an ensemble.</summary>
    /// <param name="members">The members, at least one.</param>
    /// <exception cref="ArgumentException">There is no member.</exception>
    public Ensemble(params ReadOnlySpan<Module<Tensor, Tensor>> members)
    {
        if (members.Length == 0)
        {
            throw new ArgumentException($"{nameof(Ensemble)}: there are no members; give one at least.", nameof(members));
        }

        Networks = new ModuleList<Module<Tensor, Tensor>>(members);
    }

    /// <summary>The members.</summary>
    public ModuleList<Module<Tensor, Tensor>> Networks { get; }

    /// <inheritdoc/>
    protected internal override bool ComputesParameters => true;

    /// <inheritdoc/>
    protected internal override string Details => $"{Networks.Count} members";

    /// <inheritdoc/>
    /// <exception cref="ShapeException">Members give different shapes.</exception>
    public override Tensor Forward(Tensor input) => Each(input).Mean(0);

    /// <summary>What each member gives.</summary>
    /// <param name="input">The input.</param>
    /// <returns>[members, ..].</returns>
    /// <exception cref="ShapeException">Members give different shapes.</exception>
    public Tensor Each(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return NamedCall.Of(this, input, static (self, x) => Tensor.Stack([.. self.Networks.Select(member => member.Forward(x))]));
    }

    /// <summary>
    /// Monte Carlo dropout (Gal and Ghahramani 2016, "Dropout as a Bayesian approximation"): the mean and the deviation of several
    /// predictions of one model in evaluation, whose dropout layers alone are in training. Nothing is recorded; the modes are as before
    /// afterwards.
    /// </summary>
    /// <param name="model">A model with dropout layers.</param>
    /// <param name="input">The input.</param>
    /// <param name="samples">The number of predictions, two or more.</param>
    /// <returns>Mean and deviation, of the output's shape.</returns>
    /// <exception cref="ArgumentException">The model has no dropout layer.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer than two samples.</exception>
    public static (Tensor Mean, Tensor Std) MonteCarloDropout(Module<Tensor, Tensor> model, Tensor input, int samples = 50)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(input);
        ArgumentOutOfRangeException.ThrowIfLessThan(samples, 2);
        Module[] dropped = [.. model.Modules().Where(static m =>
            m is Dropout or Dropout1d or Dropout2d or Dropout3d or AlphaDropout or FeatureAlphaDropout or DropConnect or DropPath)];
        if (dropped.Length == 0)
        {
            throw new ArgumentException(
                $"{nameof(MonteCarloDropout)}: the model has no dropout layer, so that all its predictions are equal.", nameof(model));
        }

        using ModuleModes modes = new(model);
        using GradMode.Region none = GradMode.NoGrad();
        model.Eval();
        foreach (Module layer in dropped)
        {
            layer.Train();
        }

        (Tensor std, Tensor mean) = Tensor.Stack([.. Enumerable.Range(0, samples).Select(_ => model.Forward(input))]).StdMean([0]);
        return (mean, std);
    }
}
