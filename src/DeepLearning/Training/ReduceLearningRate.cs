using DeepLearning.Schedules;

namespace DeepLearning.Training;

/// <summary>
/// Reduces the learning rates when a figure of the epochs has not become better for some of them: <see cref="ReduceOnPlateau"/> as a
/// callback, which a checkpoint keeps. It goes without a schedule, which would set the rates anew.
/// </summary>
public sealed class ReduceLearningRate : TrainingCallback
{
    private readonly ReduceOnPlateau _plateau;
    private readonly string _figure;

    /// <summary>Watches a figure.</summary>
    /// <param name="plateau">When to reduce, and by how much; of the run's optimizer.</param>
    /// <param name="figure">The figure's name, such as <c>val_loss</c> or <c>val_accuracy</c>.</param>
    public ReduceLearningRate(ReduceOnPlateau plateau, string figure = FigureName.ValidationLoss)
    {
        ArgumentNullException.ThrowIfNull(plateau);
        ArgumentException.ThrowIfNullOrWhiteSpace(figure);
        (_plateau, _figure) = (plateau, figure);
    }

    /// <inheritdoc/>
    public override string ToString() => $"ReduceLearningRate({_figure}): {_plateau}";

    /// <inheritdoc/>
    public override void FitStarted(TrainingRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        run.Figures.Check(_figure);
        if (run.Schedule is not null)
        {
            throw new ArgumentException(
                "ReduceLearningRate: the run has a Schedule, which sets the learning rate at each of its steps and undoes what was "
                    + "reduced; leave one of the two out.");
        }

        if (!ReferenceEquals(_plateau.Optimizer, run.Optimizer))
        {
            throw new ArgumentException("ReduceLearningRate: the ReduceOnPlateau is of another optimizer than the run.");
        }
    }

    /// <inheritdoc/>
    public override void EpochEnded(TrainingRun run, EpochRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        _plateau.Step(record[_figure]);
    }

    /// <inheritdoc/>
    public override OrderedDictionary<string, Tensor> StateDict() => _plateau.StateDict();

    /// <inheritdoc/>
    public override void LoadStateDict(IReadOnlyDictionary<string, Tensor> state)
    {
        ArgumentNullException.ThrowIfNull(state);
        if (state.Count == 0)
        {
            _plateau.Reset();
            return;
        }

        _plateau.LoadStateDict(state);
    }
}
