namespace DeepLearning.Tokenizers.PostProcessors;

/// <summary>A part of a template: a text (<paramref name="Sequence"/> 0 or 1) or, with −1, the special token of that name.</summary>
/// <param name="Sequence">0 for the first text, 1 for the second, −1 for a special token.</param>
/// <param name="TypeId">The type id.</param>
/// <param name="SpecialToken">The special token's name.</param>
public sealed record TemplatePiece(int Sequence, int TypeId, string? SpecialToken = null);

/// <summary>A special token of a template: the ids and tokens that its name stands for.</summary>
/// <param name="Ids">The ids.</param>
/// <param name="Tokens">The tokens, as many.</param>
public sealed record TemplateToken(IReadOnlyList<int> Ids, IReadOnlyList<string> Tokens)
{
    /// <summary>The tokens and ids.</summary>
    /// <returns>One line.</returns>
    public override string ToString() => string.Join(", ", Tokens.Zip(Ids, static (token, id) => $"{token} = {id}"));
}

/// <summary>Special tokens by a template, such as <c>[CLS] $A [SEP] $B:1 [SEP]:1</c>: <c>TemplateProcessing</c>.</summary>
public sealed class TemplateProcessing : PostProcessor
{
    /// <summary>The processor of two templates.</summary>
    /// <param name="single">The template of one text.</param>
    /// <param name="pair">The template of two texts.</param>
    /// <param name="specialTokens">The special tokens by name.</param>
    /// <exception cref="TokenizerException">A template speaks of a special token that is not given, or of a second text where there is
    /// one.</exception>
    public TemplateProcessing(IReadOnlyList<TemplatePiece> single, IReadOnlyList<TemplatePiece> pair,
        IReadOnlyDictionary<string, TemplateToken> specialTokens)
    {
        ArgumentNullException.ThrowIfNull(single);
        ArgumentNullException.ThrowIfNull(pair);
        ArgumentNullException.ThrowIfNull(specialTokens);
        foreach (var (name, token) in specialTokens)
        {
            if (token.Ids.Count != token.Tokens.Count)
            {
                throw new TokenizerException($"TemplateProcessing: '{name}' has {token.Ids.Count} ids and {token.Tokens.Count} tokens.");
            }
        }

        foreach (var piece in single.Concat(pair))
        {
            if (piece.SpecialToken is { } name && !specialTokens.ContainsKey(name))
            {
                throw new TokenizerException($"TemplateProcessing: the special token '{name}' is not among those given.");
            }
        }

        if (single.Any(static piece => piece.Sequence == 1))
        {
            throw new TokenizerException("TemplateProcessing: the template of one text speaks of the second.");
        }

        (Single, Pair, SpecialTokens) = (single, pair, specialTokens);
    }

    /// <summary>The template of one text.</summary>
    public IReadOnlyList<TemplatePiece> Single { get; }

    /// <summary>The template of two texts.</summary>
    public IReadOnlyList<TemplatePiece> Pair { get; }

    /// <summary>The special tokens by name.</summary>
    public IReadOnlyDictionary<string, TemplateToken> SpecialTokens { get; }

    /// <summary>A processor from templates as they are written: <c>$A</c>, <c>$B:1</c>, <c>[SEP]:1</c>, between spaces.</summary>
    /// <param name="single">The template of one text.</param>
    /// <param name="pair">The template of two texts; null for <c>$A:0 $B:1</c>.</param>
    /// <param name="specialTokens">The special tokens and their ids.</param>
    /// <returns>The processor.</returns>
    public static TemplateProcessing Parse(string single, string? pair, params IReadOnlyList<(string Token, int Id)> specialTokens)
    {
        ArgumentNullException.ThrowIfNull(single);
        ArgumentNullException.ThrowIfNull(specialTokens);
        return new TemplateProcessing(ParseTemplate(single), ParseTemplate(pair ?? "$A:0 $B:1"),
            specialTokens.ToDictionary(static t => t.Token, static t => new TemplateToken([t.Id], [t.Token])));
    }

    /// <inheritdoc/>
    public override int AddedTokens(bool isPair) =>
        (isPair ? Pair : Single).Sum(piece => piece.SpecialToken is { } name ? SpecialTokens[name].Ids.Count : 0);

    internal override List<TokenEncoding> Process(List<TokenEncoding> encodings, bool addSpecialTokens)
    {
        var parts = new List<TokenEncoding>();
        foreach (var piece in encodings.Count == 1 ? Single : Pair)
        {
            if (piece.SpecialToken is null)
            {
                var encoding = encodings[piece.Sequence].Copy();
                encoding.SetTypeIds(piece.TypeId);
                encoding.SetSequence(piece.Sequence);
                parts.Add(encoding);
            }
            else if (addSpecialTokens)
            {
                var token = SpecialTokens[piece.SpecialToken];
                parts.Add(TokenEncoding.Special(token.Ids, token.Tokens, piece.TypeId));
            }
        }

        return parts;
    }

    private static TemplatePiece[] ParseTemplate(string template) => [.. template.Split(' ').Select(ParsePiece)];

    private static TemplatePiece ParsePiece(string text)
    {
        var colon = text.LastIndexOf(':');
        var type = 0;
        if (colon >= 0 && !int.TryParse(text[(colon + 1)..], out type))
        {
            throw new TokenizerException($"TemplateProcessing: '{text}' has no number behind its colon.");
        }

        var name = colon < 0 ? text : text[..colon];
        return name switch
        {
            "$" or "$A" or "$a" => new TemplatePiece(0, type),
            "$B" or "$b" => new TemplatePiece(1, type),
            _ when name.StartsWith('$') => int.TryParse(name[1..], out var number)
                ? new TemplatePiece(0, colon < 0 ? number : type)
                : throw new TokenizerException($"TemplateProcessing: '{text}' is neither $A, $B nor $ and a type id."),
            _ => new TemplatePiece(-1, type, name),
        };
    }
}
