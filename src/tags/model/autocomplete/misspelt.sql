) select wanted.word, near.word, near.distance
    from asked cross join unnest(asked.words) with ordinality as wanted (word, number)
   cross join lateral (
         select distinct known.word, distance
           from tag_words as known
          cross join lateral (
                -- The last word may not be typed to its end.
                select case when wanted.number = cardinality(asked.words)
                            then least(levenshtein(left(known.word, length(wanted.word) - 1), wanted.word),
                                       levenshtein(left(known.word, length(wanted.word)), wanted.word),
                                       levenshtein(left(known.word, length(wanted.word) + 1), wanted.word))
                            else levenshtein(known.word, wanted.word)
                        end as distance
                ) as measured
          where slips(known.word) && slips(wanted.word) and distance between 1 and 2
          order by distance, known.word
          limit 5
         ) as near
