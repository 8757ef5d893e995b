using System.Collections;
using System.Text;

namespace DeepLearning.Data;

/// <summary>
/// Numbers for the characters of a text, in the order of their code points. A character is a Unicode scalar value, so that one outside
/// the basic plane has one number.
/// </summary>
public sealed class CharacterVocabulary
{
    private readonly Rune[] _characters;

    // A code point's number; −1 for those in between that are not in the vocabulary.
    private readonly int[] _numbers;

    /// <summary>The characters of a text.</summary>
    /// <param name="text">The text; the order and number of its characters do not matter.</param>
    /// <exception cref="ArgumentException">Half a surrogate pair is not a character.</exception>
    public CharacterVocabulary(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        const int CodePoints = 0x110000;
        BitArray seen = new(CodePoints);
        for (int at = 0; at < text.Length;)
        {
            Rune character = At(text, at);
            seen[character.Value] = true;
            at += character.Utf16SequenceLength;
        }

        List<Rune> characters = [];
        for (int codePoint = 0; codePoint < CodePoints; codePoint++)
        {
            if (seen[codePoint])
            {
                characters.Add(new Rune(codePoint));
            }
        }

        _characters = [.. characters];
        _numbers = new int[characters.Count == 0 ? 0 : characters[^1].Value + 1];
        Array.Fill(_numbers, -1);
        for (int i = 0; i < _characters.Length; i++)
        {
            _numbers[_characters[i].Value] = i;
        }
    }

    /// <summary>The number of characters: what an embedding and a last layer need.</summary>
    public int Count => _characters.Length;

    /// <summary>All characters in order; a vocabulary made of this text is equal, so it is what to store beside a model.</summary>
    public string Characters => string.Concat(_characters);

    /// <inheritdoc/>
    public override string ToString() => $"CharacterVocabulary: {Count} characters";

    /// <summary>The numbers of a text's characters.</summary>
    /// <param name="text">The text.</param>
    /// <exception cref="ArgumentException">A character is not in the vocabulary; it and its place are named.</exception>
    public int[] Encode(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        List<int> numbers = new(text.Length);
        for (int at = 0; at < text.Length;)
        {
            Rune character = At(text, at);
            int number = character.Value < _numbers.Length ? _numbers[character.Value] : -1;
            if (number < 0)
            {
                throw new ArgumentException($"CharacterVocabulary: '{character}' (U+{character.Value:X4}) at {at} is none of the {Count} "
                    + "characters.", nameof(text));
            }

            numbers.Add(number);
            at += character.Utf16SequenceLength;
        }

        return [.. numbers];
    }

    /// <summary>The text that has these numbers.</summary>
    /// <param name="numbers">Numbers of characters.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is not a character of a number.</exception>
    public string Decode(params ReadOnlySpan<int> numbers)
    {
        StringBuilder text = new(numbers.Length);
        foreach (int number in numbers)
        {
            if ((uint)number >= (uint)Count)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(numbers), number, $"CharacterVocabulary: there are {Count} characters, from 0.");
            }

            text.Append(_characters[number]);
        }

        return text.ToString();
    }

    private static Rune At(string text, int at) => Rune.TryGetRuneAt(text, at, out Rune character)
        ? character
        : throw new ArgumentException($"CharacterVocabulary: half a surrogate pair at {at} is no character.", nameof(text));
}
