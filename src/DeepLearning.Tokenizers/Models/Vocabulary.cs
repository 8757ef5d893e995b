namespace DeepLearning.Tokenizers.Models;

/// <summary>Tokens by id and ids by token, looked up by span.</summary>
internal sealed class Vocabulary
{
    private readonly string?[] _dense;
    private readonly Dictionary<int, string> _sparse = [];
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _bySpan;

    public Vocabulary(IEnumerable<KeyValuePair<string, int>> entries)
    {
        Ids = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (token, id) in entries)
        {
            if (id < 0)
            {
                throw new TokenizerException($"Vocabulary: the id {id} of '{token}' is negative.");
            }

            Ids[token] = id;
        }

        // Ids are mostly a run from 0; a file with others costs no memory for the gaps.
        _dense = new string?[Math.Min(Ids.Count == 0 ? 0 : Ids.Values.Max() + 1L, (Ids.Count * 2L) + 1024)];
        foreach (var (token, id) in Ids)
        {
            if (id < _dense.Length)
            {
                _dense[id] = token;
            }
            else
            {
                _sparse[id] = token;
            }
        }

        _bySpan = Ids.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    public Dictionary<string, int> Ids { get; }

    public bool TryGet(ReadOnlySpan<char> token, out int id) => _bySpan.TryGetValue(token, out id);

    public string? Token(int id) => (uint)id < (uint)_dense.Length ? _dense[id] : _sparse.GetValueOrDefault(id);
}
