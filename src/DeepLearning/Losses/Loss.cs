namespace DeepLearning.Losses;

/// <summary>
/// Losses as functions; each has a module of the same name with <c>Loss</c> added. Shapes must be equal: a loss does not broadcast.
/// Defaults are
/// PyTorch's.
/// </summary>
public static partial class Loss;
