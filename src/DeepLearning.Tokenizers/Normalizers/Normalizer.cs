using DeepLearning.Tokenizers.Files;
using DeepLearning.Tokenizers.Text;

namespace DeepLearning.Tokenizers.Normalizers;

/// <summary>
/// Changes a text before it is cut into words: case, accents, white space, Unicode's forms. Where each character came from is kept, so that
/// offsets refer to the text that was given. The kinds are those of <c>tokenizer.json</c>.
/// </summary>
public abstract class Normalizer
{
    private protected Normalizer()
    {
    }

    /// <summary>The text as this normalizer leaves it.</summary>
    /// <param name="text">Any text; a lone surrogate may become U+FFFD.</param>
    /// <returns>The changed text.</returns>
    public string Normalize(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length == 0)
        {
            return "";
        }

        var working = new WorkingText();
        working.Reset(text);
        Apply(working);
        return working[working.Pieces[0]].ToString();
    }

    /// <summary>The part as it is written in <c>tokenizer.json</c>.</summary>
    /// <returns>One line.</returns>
    public override string ToString() => ComponentWriter.Print(this, ComponentWriter.Write);

    internal virtual void Apply(WorkingText text) => text.Rewrite((source, piece) => Leaves(source[piece]), Rewrite);

    /// <summary>Whether a text is seen at a glance to stay as it is.</summary>
    private protected virtual bool Leaves(ReadOnlySpan<char> text) => text.IsEmpty;

    private protected abstract void Rewrite(Rewriter rewriter);
}
