namespace DeepLearning;

/// <summary>The parameters of one layer and direction, with PyTorch's shapes.</summary>
/// <param name="InputHidden">[gates · hidden, in]</param>
/// <param name="HiddenHidden">[gates · hidden, output]</param>
/// <param name="InputBias">[gates · hidden], or null</param>
/// <param name="HiddenBias">[gates · hidden]; null where the other one is</param>
/// <param name="Projection">[output, hidden]; null where the output is the hidden state itself</param>
internal readonly record struct RecurrentWeights(
    Tensor InputHidden, Tensor HiddenHidden, Tensor? InputBias, Tensor? HiddenBias, Tensor? Projection = null);
