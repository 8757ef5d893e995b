namespace DeepLearning.Testing;

/// <summary>An aspect that failed.</summary>
/// <param name="Aspect">The aspect.</param>
/// <param name="Message">What does not hold.</param>
public sealed record CheckFailure(Aspect Aspect, string Message);
