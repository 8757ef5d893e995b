namespace DeepLearning.TensorBoard;

/// <summary>How a <see cref="TensorBoardWriter"/> writes.</summary>
public sealed record TensorBoardOptions
{
    private readonly TimeSpan _flushInterval = TimeSpan.FromSeconds(30);
    private readonly string _suffix = "";

    /// <summary>How long an event waits at most before it is in the file; 30 seconds by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The interval is not positive, or longer than a day.</exception>
    public TimeSpan FlushInterval
    {
        get => _flushInterval;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value, TimeSpan.Zero);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, TimeSpan.FromDays(1));
            _flushInterval = value;
        }
    }

    /// <summary>What the names of event files end with.</summary>
    /// <exception cref="ArgumentException">It has characters that a file name cannot have.</exception>
    public string FileNameSuffix
    {
        get => _suffix;
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            if (value.AsSpan().IndexOfAny(Path.GetInvalidFileNameChars()) >= 0)
            {
                throw new ArgumentException($"TensorBoardOptions: '{value}' has characters that a file name cannot have.", nameof(value));
            }

            _suffix = value;
        }
    }

    /// <summary>Where times come from.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
