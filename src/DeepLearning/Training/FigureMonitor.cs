namespace DeepLearning.Training;

/// <summary>Follows one figure of the epochs and knows its best value.</summary>
internal sealed class FigureMonitor(string figure, double minDelta, bool? higherIsBetter)
{
    private bool _higherIsBetter;

    public double Best { get; set; } = double.NaN;

    /// <summary>Makes sure that the run has the figure, and that someone said what is better.</summary>
    public void Start(TrainingRun run)
    {
        run.Figures.Check(figure);
        _higherIsBetter = higherIsBetter ?? run.IsHigherBetter(figure);
    }

    /// <summary>Takes over an epoch's figure if it is better; NaN never is.</summary>
    public bool Improves(EpochRecord record)
    {
        double value = record[figure];
        if (double.IsNaN(value) || !(double.IsNaN(Best) || (_higherIsBetter ? value > Best + minDelta : value < Best - minDelta)))
        {
            return false;
        }

        Best = value;
        return true;
    }
}
