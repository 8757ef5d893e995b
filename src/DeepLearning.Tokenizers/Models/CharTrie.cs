namespace DeepLearning.Tokenizers.Models;

/// <summary>A trie over UTF-16 units in one open-addressed table: (node, unit) to node.</summary>
internal sealed class CharTrie
{
    private readonly List<int> _values = [-1];
    private ulong[] _keys = new ulong[1024];
    private int[] _nodes = new int[1024];
    private int _count;

    public void Add(ReadOnlySpan<char> text, int value)
    {
        var node = 0;
        foreach (var c in text)
        {
            var next = Step(node, c);
            if (next < 0)
            {
                next = _values.Count;
                _values.Add(-1);
                Insert(Key(node, c), next);
            }

            node = next;
        }

        _values[node] = value;
    }

    /// <summary>The node after a unit, or −1.</summary>
    public int Step(int node, char c)
    {
        var key = Key(node, c);
        for (var slot = Slot(key); ; slot = (slot + 1) & (_keys.Length - 1))
        {
            var found = _keys[slot];
            if (found == key)
            {
                return _nodes[slot];
            }

            if (found == 0)
            {
                return -1;
            }
        }
    }

    /// <summary>The value that ends at a node, or −1.</summary>
    public int Value(int node) => _values[node];

    /// <summary>The length of the longest entry that a text begins with; 0 for none.</summary>
    public int Longest(ReadOnlySpan<char> text) => Longest(text, out _);

    /// <summary>The length and value of the longest entry that a text begins with; 0 and −1 for none.</summary>
    public int Longest(ReadOnlySpan<char> text, out int value)
    {
        var found = 0;
        value = -1;
        for (var (i, node) = (0, 0); i < text.Length; i++)
        {
            node = Step(node, text[i]);
            if (node < 0)
            {
                break;
            }

            if (Value(node) >= 0)
            {
                (found, value) = (i + 1, Value(node));
            }
        }

        return found;
    }

    private static ulong Key(int node, char c) => (((ulong)(uint)node << 16) | c) + 1;

    private int Slot(ulong key) => (int)((key * 0x9E3779B97F4A7C15) >> 40) & (_keys.Length - 1);

    private void Insert(ulong key, int node)
    {
        if (++_count * 2 > _keys.Length)
        {
            var (keys, nodes) = (_keys, _nodes);
            (_keys, _nodes) = (new ulong[keys.Length * 2], new int[keys.Length * 2]);
            for (var i = 0; i < keys.Length; i++)
            {
                if (keys[i] != 0)
                {
                    Put(keys[i], nodes[i]);
                }
            }
        }

        Put(key, node);
    }

    private void Put(ulong key, int node)
    {
        var slot = Slot(key);
        while (_keys[slot] != 0)
        {
            slot = (slot + 1) & (_keys.Length - 1);
        }

        (_keys[slot], _nodes[slot]) = (key, node);
    }
}
