using DeepLearning.Tokenizers.Patterns;
using DeepLearning.Tokenizers.Text;

namespace DeepLearning.Tokenizers.Normalizers;

/// <summary>Writes a text in the place of each match: <c>Replace</c>.</summary>
/// <param name="pattern">What is looked for.</param>
/// <param name="content">What is written.</param>
public sealed class Replace(TextPattern pattern, string content) : Normalizer
{
    /// <summary>What is looked for.</summary>
    public TextPattern Pattern { get; } = pattern ?? throw new ArgumentNullException(nameof(pattern));

    /// <summary>What is written.</summary>
    public string Content { get; } = content ?? throw new ArgumentNullException(nameof(content));

    private protected override bool Leaves(ReadOnlySpan<char> text) => !Pattern.Find(text, 0, out _, out _);

    private protected override void Rewrite(Rewriter rewriter)
    {
        var text = rewriter.Rest;
        var at = 0;
        while (Pattern.Find(text, at, out var start, out var end))
        {
            rewriter.Keep(start - at);
            rewriter.Drop(end - start);
            rewriter.Insert(Content);
            at = end;
        }

        rewriter.KeepRest();
    }
}
