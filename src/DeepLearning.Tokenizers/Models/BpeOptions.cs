namespace DeepLearning.Tokenizers.Models;

/// <summary>What a <see cref="BpeModel"/> can be told besides vocabulary and merges.</summary>
public sealed record BpeOptions
{
    /// <summary>The share of merges that are left out by chance (BPE dropout, Provilkov et al. 2020), 0 to 1; null for none.</summary>
    public float? Dropout { get; init; }

    /// <summary>The seed of what dropout leaves out.</summary>
    public int DropoutSeed { get; init; }

    /// <summary>The token of what is not in the vocabulary; null leaves it out.</summary>
    public string? UnknownToken { get; init; }

    /// <summary>What stands before a token that continues a word.</summary>
    public string? ContinuingSubwordPrefix { get; init; }

    /// <summary>What stands after a token that ends a word.</summary>
    public string? EndOfWordSuffix { get; init; }

    /// <summary>Whether unknown characters in a row are one token.</summary>
    public bool FuseUnknown { get; init; }

    /// <summary>Whether an unknown character becomes the tokens <c>&lt;0x00&gt;</c> to <c>&lt;0xFF&gt;</c> of its bytes.</summary>
    public bool ByteFallback { get; init; }

    /// <summary>Whether a word that is in the vocabulary is its own token, whatever the merges say.</summary>
    public bool IgnoreMerges { get; init; }

    internal Random DropoutRandom { get; private init; } = Random.Shared;

    internal BpeOptions Checked() => Dropout is null or (>= 0 and <= 1)
        ? this with { DropoutRandom = new SharedRandom(DropoutSeed) }
        : throw new TokenizerException($"BPE: a dropout of {Dropout}; it is a share from 0 to 1.");

    /// <summary>One sequence of numbers for all threads.</summary>
    private sealed class SharedRandom(int seed) : Random(seed)
    {
        private readonly Lock _lock = new();

        public override float NextSingle()
        {
            lock (_lock)
            {
                return base.NextSingle();
            }
        }
    }
}
