using Whistle.Protocol.Cases;
using Whistle.Protocol.Tips;

namespace Whistle.Protocol.Tests.Tips;

public sealed class ThreadChainTests
{
    private static readonly ThreadLink S1 = new(Direction.Source, 1, Hash32.Of("s1"u8));
    private static readonly ThreadLink S2 = new(Direction.Source, 2, Hash32.Of("s2"u8));
    private static readonly ThreadLink T1 = new(Direction.Team, 1, Hash32.Of("t1"u8));
    private static readonly ThreadLink T2 = new(Direction.Team, 2, Hash32.Of("t2"u8));

    private static readonly Message First = Samples.Reply with { Direction = Direction.Source, Seq = 1, Previous = Hash32.Zero, Seen = Seen.Nothing };
    private static readonly Message Second = First with { Seq = 2, Previous = S1.Hash, Seen = new Seen(1, T1.Hash) };
    private static readonly Message Answer = First with { Direction = Direction.Team, Seen = new Seen(1, S1.Hash) };
    private static readonly Message More = Answer with { Seq = 2, Previous = T1.Hash, Seen = new Seen(2, S2.Hash) };

    [Fact]
    public void A_whole_thread_holds_in_whatever_order_it_came()
    {
        var chain = new ThreadChain([T2, S2, T1, S1]);

        Assert.Null(chain.Refuse(First, S1.Hash));
        Assert.Null(chain.Refuse(Second, S2.Hash));
        Assert.Null(chain.Refuse(Answer, T1.Hash));
        Assert.Null(chain.Refuse(More, T2.Hash));
        Assert.Equal((2, S2.Hash), (chain.Newest(Direction.Source).Seq, chain.Newest(Direction.Source).Hash));
        Assert.Equal(Seen.Nothing, new ThreadChain([]).Newest(Direction.Team));
    }

    [Fact]
    public void A_withheld_message_shows_in_the_next_and_in_what_the_other_side_had_seen()
    {
        Assert.Equal("chain-broken", new ThreadChain([S2, T1]).Refuse(Second, S2.Hash));
        Assert.Equal("chain-broken", new ThreadChain([S1, T1, T2]).Refuse(More, T2.Hash));
        Assert.Equal("chain-broken", new ThreadChain([T1]).Refuse(Answer, T1.Hash));
    }

    [Fact]
    public void Nobody_answers_a_message_that_is_not_there_or_that_they_have_not_read()
    {
        var chain = new ThreadChain([T2, S2, T1, S1]);

        Assert.Null(chain.Refuse(About(new Seen(1, T1.Hash)), S2.Hash));
        Assert.Equal("chain-broken", chain.Refuse(About(new Seen(1, T2.Hash)), S2.Hash));
        Assert.Equal("chain-broken", chain.Refuse(About(new Seen(2, T2.Hash)), S2.Hash));
        Assert.Equal("chain-broken", chain.Refuse(About(new Seen(3, T1.Hash)), S2.Hash));

        static Message About(Seen seen) => Second with { Body = Second.Body with { About = seen } };
    }

    [Fact]
    public void A_replaced_message_breaks_what_names_it()
    {
        var other = S1 with { Hash = Hash32.Of("another"u8) };

        Assert.Equal("chain-broken", new ThreadChain([other, S2, T1]).Refuse(Second, S2.Hash));
        Assert.Equal("chain-broken", new ThreadChain([other, T1]).Refuse(Answer, T1.Hash));
        Assert.Equal("chain-broken", new ThreadChain([other]).Refuse(First, S1.Hash));
    }

    [Fact]
    public void A_number_taken_twice_or_renamed_does_not_stand()
    {
        var twin = S1 with { Hash = Hash32.Of("twin"u8) };
        Assert.Equal("chain-broken", new ThreadChain([S1, twin]).Refuse(First, S1.Hash));
        Assert.Equal("chain-broken", new ThreadChain([twin, S1]).Refuse(First, S1.Hash));
        Assert.Equal("chain-broken", new ThreadChain([S1, twin, S2, T1]).Refuse(Second, S2.Hash));
        Assert.Equal("chain-broken", new ThreadChain([S1 with { Seq = 2 }]).Refuse(First, S1.Hash));
    }

    [Fact]
    public void A_first_message_follows_nothing_and_nothing_seen_has_no_hash()
    {
        var chain = new ThreadChain([S1, T1]);

        Assert.Equal("chain-broken", chain.Refuse(First with { Previous = T1.Hash }, S1.Hash));
        Assert.Equal("chain-broken", chain.Refuse(First with { Seen = new Seen(0, T1.Hash) }, S1.Hash));
        Assert.Equal("chain-broken", chain.Refuse(First with { Seen = new Seen(1, S1.Hash) }, S1.Hash));
    }
}
