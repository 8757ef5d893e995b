namespace DeepLearning.Models;

/// <summary>What a <see cref="DiffusionUNet"/> is made of.</summary>
/// <param name="Channels">The channels of the image.</param>
/// <param name="Width">The channels of the first level; a multiple of the groups, even.</param>
/// <param name="Multipliers">The channels of each level as multiples of the width; the sides are halved between levels.</param>
/// <param name="BlocksPerLevel">The residual blocks of each level on the way down; one more on the way up.</param>
/// <param name="AttentionLevels">The levels, from 0, with attention after each block.</param>
/// <param name="Groups">The groups of the norms.</param>
/// <param name="Heads">The heads of the attention.</param>
/// <param name="Dropout">The probability that an element is dropped in training.</param>
/// <param name="Classes">The number of classes that images can be asked for; none when null.</param>
public sealed record DiffusionUNetOptions(
    int Channels, int Width = 32, IReadOnlyList<int>? Multipliers = null, int BlocksPerLevel = 1,
    IReadOnlyList<int>? AttentionLevels = null,
    int Groups = 8, int Heads = 1, double Dropout = 0, int? Classes = null)
{
    /// <summary>The sizes.</summary>
    public override string ToString()
    {
        string levels = $"width {Width} × [{List(Multipliers)}], {BlocksPerLevel} blocks per level, attention at [{List(AttentionLevels)}]";
        string more = FormattableString.Invariant($"{Groups} groups, {Heads} heads, dropout {Dropout}, {Classes ?? 0} classes");
        return $"DiffusionUNetOptions({Channels} channels, {levels}, {more})";
    }

    private static string List(IReadOnlyList<int>? numbers) => numbers is null ? "default" : string.Join(", ", numbers);
}
