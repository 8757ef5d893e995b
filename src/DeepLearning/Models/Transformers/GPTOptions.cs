namespace DeepLearning.Models;

/// <summary>The sizes of a <see cref="GPT"/>; the defaults are those of nanoGPT, a GPT-2 of 124 million parameters.</summary>
/// <param name="BlockSize">The longest text.</param>
/// <param name="VocabSize">The number of tokens.</param>
/// <param name="NumLayers">The number of blocks.</param>
/// <param name="NumHeads">The number of heads; it divides the width.</param>
/// <param name="Width">The width.</param>
/// <param name="Dropout">The probability of dropout, of attention weights too.</param>
/// <param name="Bias">Whether linear maps and normalizations have biases, as GPT-2's.</param>
/// <param name="ApproximateGelu">Whether GELU is approximated by a tanh, as in GPT-2.</param>
/// <param name="DType">The type of the parameters.</param>
public sealed record GPTOptions(
    int BlockSize = 1024, int VocabSize = 50304, int NumLayers = 12, int NumHeads = 12, int Width = 768, double Dropout = 0,
    bool Bias = true, bool ApproximateGelu = false, DType DType = DType.Float32);
