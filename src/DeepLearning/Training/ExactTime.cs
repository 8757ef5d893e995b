namespace DeepLearning.Training;

/// <summary>Times that are kept as seconds.</summary>
internal static class ExactTime
{
    /// <summary>
    /// The time of which these are the <see cref="TimeSpan.TotalSeconds"/>; <see cref="TimeSpan.FromSeconds(double)"/> cuts off, and so
    /// loses a tick of many.
    /// </summary>
    public static TimeSpan OfSeconds(double seconds) => TimeSpan.FromTicks((long)Math.Round(seconds * TimeSpan.TicksPerSecond));
}
