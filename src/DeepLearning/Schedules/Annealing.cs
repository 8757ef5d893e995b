namespace DeepLearning.Schedules;

/// <summary>How a value goes from one to another.</summary>
public enum Annealing
{
    /// <summary>Along half a cosine: slowly at both ends.</summary>
    Cosine,

    /// <summary>In a straight line.</summary>
    Linear,
}

/// <summary>The values between two.</summary>
internal static class Annealed
{
    /// <summary>The value at a share of the way, from 0 to 1.</summary>
    public static double Between(double start, double end, double share, Annealing annealing) => annealing == Annealing.Cosine
        ? end + ((start - end) / 2 * (Math.Cos(Math.PI * share) + 1))
        : start + ((end - start) * share);
}
