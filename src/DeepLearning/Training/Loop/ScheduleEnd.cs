using DeepLearning.Schedules;

namespace DeepLearning.Training;

/// <summary>Finds schedules that have come to their end long before the run does, most often ones in epochs that count steps.</summary>
internal static class ScheduleEnd
{
    /// <summary>The share of a run that a schedule may be shorter.</summary>
    private const double MissingShare = 0.1;

    private const int SchedulePoints = 100;

    /// <summary>What to tell the user of a run's schedule; null when there is nothing to tell.</summary>
    /// <param name="run">The run, whose fit knows its epochs.</param>
    /// <param name="batches">The batches of an epoch.</param>
    public static string? Warning(TrainingRun run, int batches)
    {
        bool inSteps = run.ScheduleUnit == ScheduleUnit.Step;
        long planned = inSteps
            ? (long)run.Epochs * ((batches + run.AccumulateBatches - 1) / run.AccumulateBatches)
            : run.Epochs;
        if (run.Schedule is not { } schedule || EndOf(schedule, planned) is not { } end
            || planned - end <= Math.Max(1, planned * MissingShare))
        {
            return null;
        }

        string unit = inSteps ? "steps" : "epochs";
        return $"Schedule: {schedule} ends after {end} of the run's {planned} {unit}; the learning rate then stays at "
            + FormattableString.Invariant($"{schedule.Factor(planned - 1):G4} times its value for the other {planned - end}. ")
            + (inSteps && run.Epochs < planned
                ? $"A step is one of the optimizer: give the schedule {planned} of them, or set "
                    + "ScheduleUnit = ScheduleUnit.Epoch to count epochs."
                : $"Give it all {planned} {unit}.");
    }

    /// <summary>The step from which on a schedule stays low within the run; null when it does not.</summary>
    private static long? EndOf(Schedule schedule, long planned)
    {
        if (planned < 2)
        {
            return null;
        }

        try
        {
            long[] steps = [.. Enumerable.Range(0, SchedulePoints + 1).Select(i => (planned - 1) * i / SchedulePoints)];
            double[] factors = Array.ConvertAll(steps, schedule.Factor);
            if (schedule.Length is { } length)
            {
                return length < planned && factors[^1] < factors.Max() ? length : null;
            }

            // A rule without a known end has ended when nothing is left of the rate: then nothing is learned any more.
            int last = Array.FindLastIndex(factors, static factor => factor != 0);
            return last == SchedulePoints ? null : last < 0 ? 0 : FirstZero(schedule, steps[last], steps[last + 1]);
        }
        catch (Exception)
        {
            // A rule of the user's own, asked for a step that the run may never reach: it fails there, if it does.
            return null;
        }
    }

    private static long FirstZero(Schedule schedule, long before, long zero)
    {
        while (zero - before > 1)
        {
            long middle = (before + zero) / 2;
            (before, zero) = schedule.Factor(middle) == 0 ? (before, middle) : (middle, zero);
        }

        return zero;
    }
}
