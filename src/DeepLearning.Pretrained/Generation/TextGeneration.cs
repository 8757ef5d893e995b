using System.Runtime.CompilerServices;
using DeepLearning.Models;
using DeepLearning.Tokenizers;

namespace DeepLearning.Pretrained;

/// <summary>
/// Writing with a model: token by token, each computed alone from the keys and values that are kept of those before, which gives what the
/// full pass gives.
/// </summary>
public static class TextGeneration
{
    /// <summary>
    /// Goes on with texts of any lengths together; shorter ones are padded in front, which changes nothing but the speed.
    /// </summary>
    /// <param name="model">The model, in evaluation mode.</param>
    /// <param name="prompts">The tokens of each text, at least one.</param>
    /// <param name="options">How; <see cref="GenerationOptions.Of"/> the model when null.</param>
    /// <param name="cancellation">Stops between two tokens.</param>
    /// <returns>For each text what was added, without the token that ended it.</returns>
    /// <exception cref="ArgumentException">A text has no tokens.</exception>
    /// <exception cref="IndexException">A token is not in the vocabulary.</exception>
    /// <exception cref="InvalidOperationException">The model is in training mode or has no head that goes on with texts.</exception>
    public static IReadOnlyList<int[]> Generate(
        this CausalLanguageModel model, IReadOnlyList<int[]> prompts, GenerationOptions? options = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(prompts);
        options = Checked(model, options);
        List<int>[] added = [.. prompts.Select(static _ => new List<int>())];
        if (prompts.Count == 0)
        {
            return [];
        }

        Decoder decoder = new(model, prompts, options);
        bool[] ended = new bool[prompts.Count];
        for (int step = 0; step < options.MaxNewTokens && decoder.HasRoom && !ended.All(static x => x); step++)
        {
            cancellation.ThrowIfCancellationRequested();
            int[] next = decoder.Next(ended);
            for (int row = 0; row < next.Length; row++)
            {
                if (!ended[row])
                {
                    ended[row] = options.StopTokens.Contains(next[row]);
                    if (!ended[row])
                    {
                        added[row].Add(next[row]);
                    }
                }
            }
        }

        return [.. added.Select(static row => row.ToArray())];
    }

    /// <summary>Goes on with a text, token by token.</summary>
    /// <param name="model">The model, in evaluation mode.</param>
    /// <param name="prompt">The tokens of the text, at least one.</param>
    /// <param name="options">How; <see cref="GenerationOptions.Of"/> the model when null.</param>
    /// <returns>The tokens as they are computed, without the one that ends the text.</returns>
    /// <inheritdoc cref="Generate(CausalLanguageModel, IReadOnlyList{int[]}, GenerationOptions?, CancellationToken)"/>
    public static IEnumerable<int> GenerateTokens(this CausalLanguageModel model, int[] prompt, GenerationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(prompt);
        GenerationOptions how = Checked(model, options);
        Decoder decoder = new(model, [prompt], how);
        return Tokens();

        IEnumerable<int> Tokens()
        {
            for (int step = 0; step < how.MaxNewTokens && decoder.HasRoom; step++)
            {
                int next = decoder.Next([false])[0];
                if (how.StopTokens.Contains(next))
                {
                    yield break;
                }

                yield return next;
            }
        }
    }

    /// <summary>Goes on with a text, piece by piece; a piece never ends within a character.</summary>
    /// <param name="model">The model, in evaluation mode, with a tokenizer.</param>
    /// <param name="prompt">The text.</param>
    /// <param name="options">How; <see cref="GenerationOptions.Of"/> the model when null.</param>
    /// <param name="cancellation">Stops between two tokens.</param>
    /// <returns>The pieces, which together are what was added.</returns>
    /// <exception cref="InvalidOperationException">The model has no tokenizer, is in training mode, or has no head that goes on with
    /// texts.</exception>
    public static IAsyncEnumerable<string> StreamAsync(
        this CausalLanguageModel model, string prompt, GenerationOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        return StreamAsync(model, [.. TokenizerOf(model).Encode(prompt).Ids], options, cancellation);
    }

    /// <summary>
    /// As <see cref="StreamAsync(CausalLanguageModel, string, GenerationOptions?, CancellationToken)"/>, of a text in tokens.
    /// </summary>
    /// <param name="model">The model, in evaluation mode, with a tokenizer.</param>
    /// <param name="prompt">The tokens, at least one.</param>
    /// <param name="options">How; <see cref="GenerationOptions.Of"/> the model when null.</param>
    /// <param name="cancellation">Stops between two tokens.</param>
    /// <returns>The pieces.</returns>
    public static IAsyncEnumerable<string> StreamAsync(
        this CausalLanguageModel model, int[] prompt, GenerationOptions? options = null, CancellationToken cancellation = default)
    {
        Tokenizer tokenizer = TokenizerOf(model);
        ArgumentNullException.ThrowIfNull(prompt);
        GenerationOptions how = Checked(model, options);
        return Pieces(model, tokenizer, prompt, how, cancellation);
    }

    /// <summary>Goes on with a text.</summary>
    /// <param name="model">The model, in evaluation mode, with a tokenizer.</param>
    /// <param name="prompt">The text.</param>
    /// <param name="options">How; <see cref="GenerationOptions.Of"/> the model when null.</param>
    /// <returns>What was added.</returns>
    /// <exception cref="InvalidOperationException">The model has no tokenizer, is in training mode, or has no head that goes on with
    /// texts.</exception>
    public static string GenerateText(this CausalLanguageModel model, string prompt, GenerationOptions? options = null)
    {
        Tokenizer tokenizer = TokenizerOf(model);
        ArgumentNullException.ThrowIfNull(prompt);
        GenerationOptions how = Checked(model, options);
        TextPieces pieces = new(tokenizer, how.StopTexts);
        System.Text.StringBuilder text = new();
        foreach (int token in GenerateTokens(model, [.. tokenizer.Encode(prompt).Ids], how))
        {
            text.Append(pieces.Add(token));
            if (pieces.HasEnded)
            {
                break;
            }
        }

        return text.Append(pieces.Rest()).ToString();
    }

    /// <summary>Writes texts from texts that are read.</summary>
    /// <param name="model">The model, in evaluation mode.</param>
    /// <param name="tokens">The tokens of the texts, [batch, length].</param>
    /// <param name="mask">True where there is a token, [batch, length]; everywhere when null.</param>
    /// <param name="options">How; <see cref="GenerationOptions.Of"/> the model when null.</param>
    /// <param name="cancellation">Stops between two tokens.</param>
    /// <returns>The tokens of each text that was written, without the one that ends it.</returns>
    /// <exception cref="InvalidOperationException">The model is in training mode or has no head that writes.</exception>
    public static IReadOnlyList<int[]> Generate(
        this T5Model model, Tensor tokens, Tensor? mask = null, GenerationOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(tokens);
        options = Checked(model, options);
        BlockChecks.Tokens(model, tokens);
        BlockChecks.TokenMask(model, mask, "mask", tokens.Size(0), tokens.Size(1));
        using TensorScope scope = new();
        using GradMode.Region none = GradMode.NoGrad();
        Tensor read = model.Encode(tokens, mask);
        T5Cache cache = model.NewCache();
        int rows = tokens.Size(0);
        List<int>[] written = [.. Enumerable.Range(0, rows).Select(static _ => new List<int>())];
        long[] pending = [.. Enumerable.Repeat((long)model.StartToken, rows)];
        bool[] ended = new bool[rows];
        TokenChoice choice = new(options);
        for (int step = 0; step < options.MaxNewTokens && !ended.All(static x => x); step++)
        {
            cancellation.ThrowIfCancellationRequested();
            using TensorScope inner = new();
            float[] logits = model.LastLogits(Tensor.From(pending, rows, 1), cache, read, mask).To(DType.Float32).ToArray<float>();
            for (int row = 0; row < rows; row++)
            {
                pending[row] = choice.Next(logits.AsSpan(row * model.VocabSize, model.VocabSize), written[row]);
                ended[row] |= options.StopTokens.Contains((int)pending[row]);
                if (!ended[row])
                {
                    written[row].Add((int)pending[row]);
                }
            }
        }

        return [.. written.Select(static row => row.ToArray())];
    }

    internal static async IAsyncEnumerable<string> Pieces(
        CausalLanguageModel model, Tokenizer tokenizer, int[] prompt, GenerationOptions options,
        [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        TextPieces pieces = new(tokenizer, options.StopTexts);
        using IEnumerator<int> tokens = GenerateTokens(model, prompt, options).GetEnumerator();
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            bool hasNext = await Task.Run(tokens.MoveNext, cancellation).ConfigureAwait(false);
            if (!hasNext)
            {
                break;
            }

            string piece = pieces.Add(tokens.Current);
            if (piece.Length > 0)
            {
                yield return piece;
            }

            if (pieces.HasEnded)
            {
                yield break;
            }
        }

        string rest = pieces.Rest();
        if (rest.Length > 0)
        {
            yield return rest;
        }
    }

    private static Tokenizer TokenizerOf(PretrainedModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return model.Tokenizer ?? throw new InvalidOperationException(
            $"{model.Label}: the model has no tokenizer; its folder has no tokenizer.json. Set Tokenizer, or give tokens.");
    }

    private static GenerationOptions Checked(PretrainedModel model, GenerationOptions? options)
    {
        options ??= GenerationOptions.Of(model);
        options.Check();
        return model.Training
            ? throw new InvalidOperationException($"{model.Label}: write in evaluation mode; call Eval() first.")
            : options;
    }

    /// <summary>Several texts that grow together.</summary>
    private sealed class Decoder
    {
        private readonly CausalLanguageModel _model;
        private readonly KeyValueCache _cache;
        private readonly List<int>[] _texts;
        private readonly TokenChoice _choice;
        private readonly List<bool>[]? _isThere;
        private long[] _pending;
        private int _width;

        public Decoder(CausalLanguageModel model, IReadOnlyList<int[]> prompts, GenerationOptions options)
        {
            (_model, _cache, _choice) = (model, model.NewCache(), new TokenChoice(options));
            _texts = [.. prompts.Select(static prompt => prompt is { Length: > 0 } ? prompt.ToList()
                : throw new ArgumentException("Generate: a text has no tokens; give one to begin with at least.", nameof(prompts)))];
            _width = _texts.Max(static text => text.Count);
            foreach (int token in _texts.SelectMany(static text => text))
            {
                if (token < 0 || token >= model.VocabSize)
                {
                    throw new IndexException($"Generate: the token {token} is not in the vocabulary of {model.VocabSize}.");
                }
            }

            _pending = new long[_texts.Length * _width];
            for (int row = 0; row < _texts.Length; row++)
            {
                int before = _width - _texts[row].Count;
                for (int i = before; i < _width; i++)
                {
                    _pending[(row * _width) + i] = _texts[row][i - before];
                }
            }

            int width = _width;
            _isThere = _texts.All(text => text.Count == width) ? null
                : [.. _texts
                    .Select(text => Enumerable.Repeat(false, width - text.Count).Concat(Enumerable.Repeat(true, text.Count)).ToList())];
        }

        /// <summary>Whether the model has a place for the next token.</summary>
        public bool HasRoom => _texts.Max(static text => text.Count) <= _model.MaxLength && _cache.Length + _width <= _model.MaxLength;

        public int[] Next(bool[] ended)
        {
            using TensorScope scope = new();
            using GradMode.Region none = GradMode.NoGrad();
            int rows = _texts.Length;
            Tensor tokens = Tensor.From(_pending, rows, _width);
            Tensor? mask = _isThere is null ? null : Tensor.From([.. _isThere.SelectMany(static row => row)], rows, _isThere[0].Count);
            float[] logits = _model.LastLogits(tokens, _cache, mask).To(Device.Cpu, DType.Float32).ToArray<float>();
            int[] next = new int[rows];
            _pending = new long[rows];
            _width = 1;
            for (int row = 0; row < rows; row++)
            {
                next[row] = ended[row] ? 0 : _choice.Next(logits.AsSpan(row * _model.VocabSize, _model.VocabSize), _texts[row]);
                _texts[row].Add(next[row]);
                _pending[row] = next[row];
                _isThere?[row].Add(true);
            }

            return next;
        }
    }
}
