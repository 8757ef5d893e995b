namespace DeepLearning.Models;

/// <summary>The sizes of a <see cref="VisionTransformer"/>; the defaults are those of ViT-B/16.</summary>
/// <param name="ImageSize">The height and width of the images; a multiple of the patch's.</param>
/// <param name="PatchSize">The height and width of a patch.</param>
/// <param name="Channels">The channels of the images.</param>
/// <param name="NumClasses">The number of classes.</param>
/// <param name="Width">The width.</param>
/// <param name="NumLayers">The number of layers.</param>
/// <param name="NumHeads">The number of heads; it divides the width.</param>
/// <param name="MlpWidth">The width inside the feed-forward parts.</param>
/// <param name="Dropout">The probability of dropout.</param>
/// <param name="AttentionDropout">The probability that a weight of attention is dropped.</param>
/// <param name="DType">The type of the parameters.</param>
public sealed record VisionTransformerOptions(
    int ImageSize = 224, int PatchSize = 16, int Channels = 3, int NumClasses = 1000, int Width = 768, int NumLayers = 12,
    int NumHeads = 12, int MlpWidth = 3072, double Dropout = 0, double AttentionDropout = 0, DType DType = DType.Float32);
