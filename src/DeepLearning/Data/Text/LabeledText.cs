namespace DeepLearning.Data;

/// <summary>A text and its class.</summary>
/// <param name="Text">The text.</param>
/// <param name="Label">The number of its class, from 0.</param>
public readonly record struct LabeledText(string Text, int Label);
