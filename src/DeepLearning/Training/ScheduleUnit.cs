namespace DeepLearning.Training;

/// <summary>What a step of a schedule is.</summary>
public enum ScheduleUnit
{
    /// <summary>A step of the optimizer.</summary>
    Step,

    /// <summary>An epoch.</summary>
    Epoch,
}
